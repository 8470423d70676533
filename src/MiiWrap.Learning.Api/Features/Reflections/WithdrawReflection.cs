using MediatR;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Reflections;

namespace MiiWrap.Learning.Api.Features.Reflections;

/// <summary>
/// A learner takes back what they handed in, as long as its review has not begun; the draft is open again. It never touches the nudges.
/// </summary>
public sealed record WithdrawReflection(Guid EnrolmentId, string Assignment) : ICommand<WithdrawnReflection>;

/// <summary>Where the reflection stands now, with the reopened draft's new tag.</summary>
public sealed record WithdrawnReflection(ReflectionStatus Status, SavedDraft Draft);

internal sealed class WithdrawReflectionHandler(LearningDb db, Caller caller, TimeProvider clock)
    : IRequestHandler<WithdrawReflection, WithdrawnReflection>
{
    public async Task<WithdrawnReflection> Handle(WithdrawReflection request, CancellationToken cancellationToken)
    {
        var reflection = await db.Reflections.FindOwn(caller, request.EnrolmentId, request.Assignment, cancellationToken)
            ?? throw new NotFoundException("reflection");
        reflection.Withdraw(clock.UtcNow());
        await db.SaveChangesAsync(cancellationToken);
        return new(reflection.Status, new(reflection.DraftSavedAt, reflection.DraftTag!));
    }
}
