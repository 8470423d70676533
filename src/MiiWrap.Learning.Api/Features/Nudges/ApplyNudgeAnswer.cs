using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Content;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Nudges;

namespace MiiWrap.Learning.Api.Features.Nudges;

/// <summary>An answer becomes evidence and changes the asks that are still to come, in the same save.</summary>
internal sealed class ApplyNudgeAnswer(LearningDb db, CurriculumLibrary library)
    : INotificationHandler<DomainEventNotification<NudgeAnswered>>
{
    public async Task Handle(DomainEventNotification<NudgeAnswered> notification, CancellationToken cancellationToken)
    {
        var (nudge, _, at) = notification.Event;
        if (nudge.OpportunityId is null) return;
        var opportunity = await db.Opportunities.Include(o => o.Evidence).SingleAsync(o => o.Id == nudge.OpportunityId, cancellationToken);
        var (person, window) = await db.LoadToPlanAsync(nudge.PersonId, cancellationToken);
        var others = await db.Nudges.Where(n => n.OpportunityId == opportunity.Id && n.Id != nudge.Id).ToListAsync(cancellationToken);
        var curriculum = await library.Find(db, opportunity.Curriculum, opportunity.CurriculumVersion, cancellationToken);
        var plan = curriculum!.Unit(opportunity.Unit)!.Plan;
        var calendar = NudgeLedger.Moves(nudge.Response!)
            ? await db.CalendarOf(person, window, opportunity.Id, at, cancellationToken) : null;
        NudgeLedger.ApplyAnswer(opportunity, plan, others, nudge, Zones.Find(person.TimeZone), window, at, calendar);
        await db.Displace(calendar, at, cancellationToken);
    }
}
