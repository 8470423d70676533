using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Contracts;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Http;
using MiiWrap.Learning.Domain.Coaching;
using MiiWrap.Learning.Domain.Curricula;
using MiiWrap.Learning.Domain.Nudges;
using MiiWrap.Learning.Domain.Transfer;

namespace MiiWrap.Learning.Api.Features.ActionItems;

/// <summary>A step that a coachee means to take, in their own words.</summary>
/// <param name="State">Where it stands.</param>
/// <param name="Owner">Whose step it is.</param>
/// <param name="Coach">With whom it was agreed; null for one that its owner wrote without a coach.</param>
/// <param name="Sign" example="They have spoken more than I have.">How both will know that it was done.</param>
/// <param name="Competency" example="tpo-1/family-voice">The section of an instrument that it is about; null for none.</param>
/// <param name="DueOn">The day by which it is done.</param>
/// <param name="SessionId">The coaching session from which it comes; null for none.</param>
/// <param name="ReviewId">The fidelity review from which it comes; null for none.</param>
/// <param name="Unit">The unit whose practice it is; null for none.</param>
/// <param name="CreatedAt">When it was written down.</param>
/// <param name="AgreedOn">The day on which its owner agreed; null before.</param>
/// <param name="ClosedAt">When it got its outcome; null before.</param>
/// <param name="Outcome">What became of it; null while it is not closed.</param>
/// <param name="PurgedAt">When its words were taken out, since their time was over; null before.</param>
/// <param name="Nudges">When its owner is asked about it.</param>
/// <param name="Evidence">What was said and seen of it, oldest first.</param>
public sealed record ActionItemView(
    Guid Id, ActionState State, ActionPerson Owner, ActionPerson? Coach, Guid EnrolmentId, PlanView IfThen, string Sign, string? Competency,
    DateOnly DueOn, Guid? SessionId, Guid? ReviewId, string? Unit, DateTime CreatedAt, DateOnly? AgreedOn, DateTime? ClosedAt,
    ActionOutcome? Outcome, DateTime? PurgedAt, IReadOnlyList<ItemNudgeView> Nudges, IReadOnlyList<ActionEvidenceView> Evidence) : IHasEtag
{
    /// <summary>The tag to send as If-Match with a change.</summary>
    public required string Etag { get; init; }
}

/// <summary>An owner or a coach, by name.</summary>
public sealed record ActionPerson(Guid Id, string Name);

/// <summary>One ask about an action item.</summary>
/// <param name="Step">1 reminds, 2 asks, 3 asks for the last time.</param>
/// <param name="StatusReason">Why it ended without being sent; null where it did not.</param>
public sealed record ItemNudgeView(
    Guid Id, int Step, NudgeKind Kind, DateTime DueAt, DateTime ExpiresAt, NudgeStatus Status, string? StatusReason);

/// <summary>What somebody said or saw of an action item.</summary>
/// <param name="Source">Whose word it is: its owner's, or a coach's.</param>
/// <param name="OccurredOn">The day of which it is told.</param>
/// <param name="Note">Their words; null for none.</param>
/// <param name="RecordedAt">When it was told.</param>
public sealed record ActionEvidenceView(
    TransferLevel Level, ActionEvidenceSource Source, DateOnly OccurredOn, string? Note, DateTime RecordedAt);

/// <summary>Makes views of items that the caller may read.</summary>
internal sealed class ActionItemViews(LearningDb db)
{
    public async Task<ActionItemView> Of(ActionItem item, CancellationToken ct) => (await Of([item], ct)).Single();

    /// <summary>One statement for the names and one for the nudges.</summary>
    public async Task<IReadOnlyList<ActionItemView>> Of(IReadOnlyList<ActionItem> items, CancellationToken ct)
    {
        var (ids, people) = (items.Select(i => (Guid?)i.Id).ToList(),
            items.SelectMany(i => new[] { i.OwnerId, i.CoachId ?? i.OwnerId }).ToHashSet());
        var names = await db.Users.Where(p => people.Contains(p.Id)).Select(p => new { p.Id, p.Name })
            .ToDictionaryAsync(p => p.Id, p => p.Name, ct);
        var nudges = (await db.Nudges.Where(n => ids.Contains(n.ActionItemId)).OrderBy(n => n.Step)
            .Select(n => new
            {
                n.ActionItemId,
                View = new ItemNudgeView(n.Id, n.Step, n.Kind, n.DueAt, n.ExpiresAt, n.Status, n.StatusReason),
            }).ToListAsync(ct)).ToLookup(n => n.ActionItemId, n => n.View);
        return [.. items.Select(i =>
        {
            var owner = new ActionPerson(i.OwnerId, names[i.OwnerId]);
            var coach = i.CoachId is { } id ? new ActionPerson(id, names[id]) : null;
            return new ActionItemView(
                i.Id, i.State, owner, coach, i.EnrolmentId, new(i.IfThen.Cue, i.IfThen.Action, i.IfThen.PlannedFor), i.Sign, i.Competency,
                i.DueOn, i.SessionId, i.ReviewId, i.Unit, i.CreatedAt, i.AgreedOn, i.ClosedAt, i.Outcome, i.PurgedAt, [.. nudges[i.Id]],
                [.. i.Evidence.OrderBy(e => e.RecordedAt).ThenBy(e => e.Id)
                    .Select(e => new ActionEvidenceView(e.Level, e.Source, e.OccurredOn, e.Note, e.RecordedAt))])
            {
                // The item's own version tells neither of names nor of asks that go out.
                Etag = ETags.Of([i.Id, i.Version, owner, coach, .. nudges[i.Id]]),
            };
        })];
    }
}
