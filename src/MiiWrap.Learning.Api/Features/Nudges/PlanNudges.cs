using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Content;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Domain;

namespace MiiWrap.Learning.Api.Features.Nudges;

/// <summary>A completed unit opens its transfer opportunity and plans its asks, in the same save as the completion.</summary>
internal sealed class PlanNudges(LearningDb db, CurriculumLibrary library) : INotificationHandler<Happened<UnitCompleted>>
{
    public async Task Handle(Happened<UnitCompleted> notification, CancellationToken cancellationToken)
    {
        var (enrolment, unit, ifThen, at) = notification.Event;
        var person = await db.Users.SingleAsync(p => p.Id == enrolment.PersonId, cancellationToken);
        var pinned = await db.Cohorts.AsNoTracking().Where(c => c.Id == enrolment.CohortId).Select(c => new { c.Curriculum, c.CurriculumVersion, c.HoldOut }).SingleAsync(cancellationToken);
        var curriculum = (await library.Find(db, pinned.Curriculum, pinned.CurriculumVersion, cancellationToken))!;
        var arm = pinned.HoldOut.ArmOf(enrolment.CohortId, person.Id, unit.Plan.Kind);
        var opportunity = TransferOpportunity.Open(enrolment, curriculum, unit, ifThen, person.TimeZone, at, arm);
        db.Add(opportunity);
        var window = await db.WindowOf(person, cancellationToken);
        var agenda = await db.AgendaOf(person, window, null, at, cancellationToken);
        db.AddRange(NudgeLedger.Open(opportunity, unit.Plan, window, person.NudgeChannel, at, agenda));
        await db.Yield(agenda, cancellationToken);
    }
}
