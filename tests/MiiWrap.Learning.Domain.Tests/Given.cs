using System.Globalization;
using MiiWrap.Learning.Domain.Cohorts;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Curricula;
using MiiWrap.Learning.Domain.Enrolments;
using MiiWrap.Learning.Domain.Nudges;
using MiiWrap.Learning.Domain.Transfer;

namespace MiiWrap.Learning.Domain.Tests;

/// <summary>The programme in small: the three plans with their real days, and a curriculum of two modules.</summary>
internal static class Given
{
    public static readonly TimeZoneInfo Chicago = Zones.Find("America/Chicago");

    /// <summary>Monday the first of February 2027, nine in the morning in Chicago.</summary>
    public static readonly DateTime Monday = Utc("2027-02-01 15:00");

    public static readonly NudgePlan Anchor = new(PlanKind.Anchor, "Anchor", RequiresIfThen: true,
        [
            new(1, 2, null, NudgeKind.Cue, "", null),
            new(2, 7, null, NudgeKind.Check, "", null),
            new(3, 14, null, NudgeKind.Check, "", new(NudgeKind.Recall, "")),
            new(4, 30, 37, NudgeKind.Closeout, "", new(NudgeKind.Maintenance, "")),
            new(5, 60, null, NudgeKind.Booster, "", null),
            new(6, 90, 97, NudgeKind.Maintenance, "", null),
        ]);

    public static readonly NudgePlan Standard = new(PlanKind.Standard, "Standard", RequiresIfThen: true,
        [
            new(1, 2, null, NudgeKind.Cue, "", null),
            new(2, 10, null, NudgeKind.Check, "", null),
            new(4, 30, 37, NudgeKind.Closeout, "", new(NudgeKind.Maintenance, "")),
        ]);

    public static readonly NudgePlan Light = new(PlanKind.Light, "Light", RequiresIfThen: false,
        [
            new(1, 3, null, NudgeKind.Cue, "", null),
            new(2, 14, 21, NudgeKind.Check, "", null),
        ]);

    public static readonly IReadOnlyList<NudgePlan> Plans = [Anchor, Standard, Light];

    public static readonly TrainingUnit LightUnit = Unit("1.1-light", Light);
    public static readonly TrainingUnit AnchorUnit = Unit("1.2-anchor", Anchor);
    public static readonly TrainingUnit StandardUnit = Unit("2.1-standard", Standard);
    public static readonly TrainingUnit SecondAnchor = Unit("2.2-anchor", Anchor);
    public static readonly TrainingUnit LastUnit = Unit("3.1-light", Light);

    public static readonly Curriculum Course = new("course", 3, "hash", "Course", "", null,
        [
            new("one", "One", 1, 3, [LightUnit, AnchorUnit]),
            new("two", "Two", 4, 6, [StandardUnit, SecondAnchor]),
            new("three", "Three", 7, 7, [LastUnit]),
        ]);

    public static readonly IfThenPlan IfThen = new("I open my notes", "I will ask before I tell", null);

    /// <summary>A moment of UTC, <c>2027-02-01 15:00</c>.</summary>
    public static DateTime Utc(string text) =>
        DateTime.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal);

    public static DateOnly Day(string text) => DateOnly.Parse(text, CultureInfo.InvariantCulture);

    public static Cohort Cohort(Gate gate = Gate.Open) =>
        Domain.Cohorts.Cohort.Create("Cohort", Course, Day("2027-02-01"), "America/Chicago", gate, Monday);

    public static Enrolment Enrolment() =>
        Domain.Enrolments.Enrolment.Create(Cohort(), Course, Guid.NewGuid(), "Lou Learner", null, Monday);

    public static TransferOpportunity Opportunity(
        TrainingUnit unit, DateTime? completedAt = null, DateOnly? plannedFor = null, string zone = "America/Chicago") =>
        TransferOpportunity.Open(Enrolment(), Course, unit, IfThen with { PlannedFor = plannedFor }, zone, completedAt ?? Monday);

    /// <summary>An opportunity with its open ledger.</summary>
    public static (TransferOpportunity Opportunity, IReadOnlyList<Nudge> Nudges) Ledger(TrainingUnit unit, DateOnly? plannedFor = null)
    {
        var opportunity = Opportunity(unit, plannedFor: plannedFor);
        return (opportunity, NudgeLedger.Open(opportunity, unit.Plan, SendingWindow.Default, NudgeChannel.Email, Monday));
    }

    public static Nudge Nudge(NudgeKind kind = NudgeKind.Check)
    {
        var planned = new PlannedNudge(2, kind, Monday.AddDays(7), Monday.AddDays(14), null, Superseded: false);
        return Domain.Nudges.Nudge.Plan(Opportunity(AnchorUnit), planned, NudgeChannel.Email, Monday);
    }

    public static NudgeResponse Says(
        NudgeOutcome outcome, DateTime at, DateOnly? occurredOn = null, DateOnly? plannedFor = null, Barrier? barrier = null) =>
        new(outcome, occurredOn, plannedFor, barrier, null, NeedHelp: false, at);

    public static TrainingUnit Unit(string slug, NudgePlan plan) =>
        new(slug, slug, 20, plan, new(slug, [], new("refl-1", "", "", 1, [], new Dictionary<string, int>(), new Dictionary<string, int>())),
            [], "", "", null,
                new Dictionary<int, string>(), "", "");
}
