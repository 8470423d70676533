using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Content;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Domain.Coaching;
using MiiWrap.Learning.Domain.Cohorts;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Enrolments;
using MiiWrap.Learning.Domain.Nudges;
using MiiWrap.Learning.Domain.Transfer;

namespace MiiWrap.Learning.Api.Features.Nudges;

/// <summary>A completed unit opens its transfer opportunity and plans its asks, in the same save as the completion.</summary>
internal sealed class PlanNudges(LearningDb db, CurriculumLibrary library) : INotificationHandler<DomainEventNotification<UnitCompleted>>
{
    public async Task Handle(DomainEventNotification<UnitCompleted> notification, CancellationToken cancellationToken)
    {
        var (enrolment, unit, ifThen, at) = notification.Event;
        var (person, window) = await db.LoadToPlanAsync(enrolment.PersonId, cancellationToken);
        // Whoever completed the unit has read it.
        var cohort = (await db.Cohorts.FindAsync([enrolment.CohortId], cancellationToken))!;
        var curriculum = await library.Of(db, cohort, cancellationToken);
        var arm = cohort.HoldOut.ArmOf(enrolment.DrawnIn, person.Id, unit.Plan.Kind);
        // In a zone that is gone the days are counted by the cohort's; what is sent waits until it is mended.
        var zone = new[] { person.TimeZone, cohort.TimeZone }.FirstOrDefault(z => Zones.TryFind(z, out _)) ?? "UTC";
        var opportunity = TransferOpportunity.Open(enrolment, curriculum, unit, ifThen, zone, at, arm);
        db.Add(opportunity);
        var calendar = await db.CalendarOf(person, window, null, at, cancellationToken);
        db.AddRange(NudgeLedger.Open(opportunity, unit.Plan, window, person.NudgeChannel, at, calendar));
        // What is asked of an action item of this unit would spoil the trial too.
        if (arm == TrialArm.HeldOut)
            ItemNudges.HoldOut(await db.Nudges.Where(n => n.EnrolmentId == enrolment.Id && n.Unit == unit.Slug && n.ActionItemId != null)
                .ToListAsync(cancellationToken));
        await db.Displace(calendar, at, cancellationToken);
    }
}
