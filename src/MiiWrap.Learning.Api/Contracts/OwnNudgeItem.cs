using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Content;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Domain.Curricula;
using MiiWrap.Learning.Domain.Enrolments;
using MiiWrap.Learning.Domain.Nudges;
using MiiWrap.Learning.Domain.Transfer;

namespace MiiWrap.Learning.Api.Contracts;

/// <summary>One of the caller's own nudges, with the words that it takes to show it.</summary>
/// <param name="Step">The number of the step in the unit's plan.</param>
/// <param name="Next">What could help next, once a barrier has been named.</param>
/// <param name="StatusReason">
/// Why it ended without being sent. A planned one says superseded while leave or closed days push it onto the next of its unit: it will be
/// left out then, unless they change again.
/// </param>
/// <param name="UnitTitle">What the unit is called; null when it is in no curriculum any more.</param>
/// <param name="Ask" example="Since you finished the unit: did you open a meeting with the family's own words?">
/// What it asks, as its mail does; null when its unit is in no curriculum any more.
/// </param>
/// <param name="Plan">The learner's own if-then plan for the unit; null where there is none.</param>
public sealed record OwnNudgeItem(
    Guid Id, Guid EnrolmentId, string Unit, string? UnitTitle, int Step, NudgeKind Kind, NudgeChannel Channel, DateTime DueAt,
    NudgeStatus Status, string? StatusReason, DateTime ExpiresAt, string? Ask, PlanView? Plan, NudgeAnswer? Response,
    SuggestedAction? Next);

/// <summary>An if-then plan, as its learner wrote it.</summary>
public sealed record PlanView(string Cue, string Action, DateOnly? PlannedFor)
{
    public static PlanView? Of(IfThenPlan? plan) =>
        plan is { Cue.Length: > 0 } ? new(plan.Cue, plan.Action, plan.PlannedFor) : null;
}

/// <summary>A nudge with the opportunity that it asks about.</summary>
internal sealed class NudgeWithOpportunity
{
    public required Nudge Nudge { get; init; }

    public required TransferOpportunity Opportunity { get; init; }
}

internal static class OwnNudges
{
    public static IQueryable<NudgeWithOpportunity> WithOpportunity(this IQueryable<Nudge> nudges, LearningDb db) => nudges.AsNoTracking()
        .Join(db.Opportunities.AsNoTracking(), n => n.OpportunityId, o => (Guid?)o.Id,
            (n, o) => new NudgeWithOpportunity { Nudge = n, Opportunity = o });

    /// <summary>
    /// Adds to a learner's nudges what they are about. It must be asked for the learner alone: plans are their own words.
    /// </summary>
    public static async Task<IReadOnlyList<OwnNudgeItem>> ItemsOf(
        this CurriculumLibrary library, LearningDb db, IReadOnlyList<NudgeWithOpportunity> nudges, CancellationToken ct)
    {
        var items = new List<OwnNudgeItem>(nudges.Count);
        foreach (var (nudge, opportunity) in nudges.Select(n => (n.Nudge, n.Opportunity)))
        {
            var curriculum = await library.Find(db, opportunity.Curriculum, opportunity.CurriculumVersion, ct);
            var ask = curriculum?.Unit(nudge.Unit) is { } unit ? new UnitAsk(nudge, opportunity, unit) : null;
            var item = NudgeItem.Of(nudge);
            items.Add(new(
                item.Id, item.EnrolmentId, item.Unit, ask?.Title, item.Step, item.Kind, item.Channel, item.DueAt, item.Status,
                item.StatusReason, item.ExpiresAt, ask?.Question is { } question ? $"{ask.Text} {question}" : ask?.Text,
                PlanView.Of(opportunity.IfThen), item.Response, item.Next));
        }

        return items;
    }
}
