using MediatR;

namespace MiiWrap.Learning.Api.Requests;

/// <summary>A request that changes something.</summary>
public interface ICommand<out TResult> : IRequest<TResult>;

/// <summary>A request that only reads.</summary>
public interface IQuery<out TResult> : IRequest<TResult>;
