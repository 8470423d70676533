using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Contracts;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Data.Entities;
using MiiWrap.Learning.Api.Http;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Enrolments;
using MiiWrap.Learning.Domain.Messaging;

namespace MiiWrap.Learning.Api.Features.People;

/// <summary>
/// Whoever may find a person sends their invitation again, with a new link; one that is still waiting to be sent is enough.
/// </summary>
public sealed record InvitePersonAgain(Guid PersonId) : ICommand<Unit>;

internal sealed class InvitePersonAgainHandler(
    LearningDb db, DirectoryAccess directory, Caller caller, RateLimits limits, TimeProvider clock)
    : IRequestHandler<InvitePersonAgain, Unit>
{
    public async Task<Unit> Handle(InvitePersonAgain request, CancellationToken cancellationToken)
    {
        var person = await directory.People().SingleOrDefaultAsync(p => p.Id == request.PersonId, cancellationToken)
            ?? throw new NotFoundException("person");
        if (person.Status != PersonStatus.Active)
            throw new RuleException("person.suspended", "This person has no access; give it back first.");
        if (await db.WhoAccepted().AnyAsync(id => id == person.Id, cancellationToken))
            throw new RuleException("invitation.accepted", "This person has accepted; a forgotten password has a way of its own.");
        var now = clock.UtcNow();
        if (person.IsStandIn)
        {
            // As for somebody whom nobody knew: whether they are known is not told.
            await db.OfferAgain(person.Id, now, cancellationToken);
        }
        else if (!await db.OutboundMails.AnyAsync(m => m.PersonId == person.Id && m.Kind == MailKind.Invitation && m.SentAt == null
            && m.FailedAt == null, cancellationToken))
        {
            await db.MustHaveRoomForLink(person.Id, now, cancellationToken);
            db.Add(OutboundMail.Invitation(person.Id, caller.PersonId, now));
        }

        limits.CheckInvitations(caller, 1);
        await db.SaveChangesAsync(cancellationToken);
        return Unit.Value;
    }
}

internal static class PlaceOffers
{
    /// <summary>Offers the places of a stand-in to whomever they stand for, unless such a mail is on its way.</summary>
    public static async Task OfferAgain(this LearningDb db, Guid standInId, DateTime now, CancellationToken ct)
    {
        var standIn = await db.StandIns.AsTracking().SingleAsync(s => s.PersonId == standInId, ct);
        await db.MustHaveRoomForOffer(standInId, standIn.StandsFor, now, ct);
        db.Entry(standIn).Property(s => s.OfferedAt).CurrentValue = now;
        var cohorts = await db.Enrolments.Where(e => e.PersonId == standInId && e.Status == EnrolmentStatus.Active
            && !db.OutboundMails.Any(m => m.PersonId == standIn.StandsFor && m.Kind == MailKind.EnrolmentOffered
                && m.CohortId == e.CohortId && m.SentAt == null && m.FailedAt == null)).Select(e => e.CohortId).ToListAsync(ct);
        db.AddRange(cohorts.Select(c => OutboundMail.To(standIn.StandsFor, MailKind.EnrolmentOffered, now, cohortId: c)));
    }
}
