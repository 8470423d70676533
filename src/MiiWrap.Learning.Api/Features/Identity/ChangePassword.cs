using System.Text.Json.Serialization;
using FluentValidation;
using MediatR;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Http;
using MiiWrap.Learning.Api.Requests;

namespace MiiWrap.Learning.Api.Features.Identity;

/// <summary>
/// A person who knows their password chooses another: every sign-in of theirs but this one ends within seconds, and so do links that were
/// mailed to them.
/// </summary>
/// <param name="Current" example="learn-and-practise-1">The password as it is.</param>
/// <param name="New" example="three quiet herons">
/// 12 to 128 characters of any kind; not one's own address, and none of the commonest passwords.
/// </param>
public sealed record ChangePassword(
    [property: JsonConverter(typeof(TextAsSent))] string Current, [property: JsonConverter(typeof(TextAsSent))] string New)
    : ICommand<Unit>;

internal sealed class ChangePasswordValidator : AbstractValidator<ChangePassword>
{
    public ChangePasswordValidator()
    {
        RuleFor(x => x.Current).NotEmpty().MaximumLength(SignInValidator.LongestTyped);
        RuleFor(x => x.New).MustBePassword();
    }
}

internal sealed class ChangePasswordHandler(CurrentPassword password, PasswordSetter passwords, Caller caller)
    : IRequestHandler<ChangePassword, Unit>
{
    public async Task<Unit> Handle(ChangePassword request, CancellationToken cancellationToken)
    {
        var person = await password.MustBe(request.Current, "current", cancellationToken);
        await passwords.Change(person, request.New, caller.SessionId, cancellationToken);
        return Unit.Value;
    }
}
