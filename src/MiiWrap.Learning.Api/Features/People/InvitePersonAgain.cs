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
/// Whoever may find a person sends their invitation again, with a new link; within a minute of the last one nothing more is sent.
/// </summary>
public sealed record InvitePersonAgain(Guid PersonId) : ICommand<Unit>;

internal sealed class InvitePersonAgainHandler(
    LearningDb db, DirectoryAccess directory, Caller caller, RateLimits limits, TimeProvider clock)
    : IRequestHandler<InvitePersonAgain, Unit>
{
    private static readonly TimeSpan InvitationsApart = TimeSpan.FromMinutes(1);

    public async Task<Unit> Handle(InvitePersonAgain request, CancellationToken cancellationToken)
    {
        var person = await directory.People().SingleOrDefaultAsync(p => p.Id == request.PersonId, cancellationToken)
            ?? throw new NotFoundException("person");
        person.MustHaveAccess();
        if (await db.WhoAccepted().AnyAsync(id => id == person.Id, cancellationToken))
            throw new RuleException("invitation.accepted", "This person has accepted; a forgotten password has a way of its own.");
        var now = clock.UtcNow();
        var justNow = now - InvitationsApart;
        // By when they were asked for, and not by whether they are sent: how quickly an address takes mail would tell who is known.
        if (!await db.OutboundMails.AnyAsync(
            m => m.PersonId == person.Id && m.Kind == MailKind.Invitation && m.CreatedAt > justNow, cancellationToken))
        {
            await db.MustHaveRoomForLink(person.Id, now, cancellationToken);
            await db.Invite(person, caller.PersonId, now, cancellationToken);
            if (person.IsStandIn) await db.OfferAgain(person.Id, now, cancellationToken);
        }

        limits.CheckInvitations(caller, 1);
        await db.SaveChangesAsync(cancellationToken);
        return Unit.Value;
    }
}

internal static class Invitees
{
    // As often as invitations of somebody new may go.
    private static readonly TimeSpan OffersApart = TimeSpan.FromMinutes(12);

    /// <summary>
    /// Owes somebody an invitation in place of one that still waits; for whoever stands in it counts, and no mail comes of it.
    /// </summary>
    public static async Task Invite(this LearningDb db, Person person, Guid invitedBy, DateTime now, CancellationToken ct)
    {
        foreach (var mail in await db.OutboundMails.Where(m => m.PersonId == person.Id && m.Kind == MailKind.Invitation
            && m.SentAt == null && m.FailedAt == null).ToListAsync(ct)) mail.Discard(now);
        db.Add(OutboundMail.Invitation(person.Id, invitedBy, now));
    }

    /// <summary>
    /// Offers the places of a stand-in to whomever they stand for, unless that was done just now or such a mail is on its way. Too many are
    /// left out in silence: a refusal would tell that there is somebody.
    /// </summary>
    public static async Task OfferAgain(this LearningDb db, Guid standInId, DateTime now, CancellationToken ct)
    {
        var standIn = await db.StandIns.AsTracking().SingleAsync(s => s.PersonId == standInId, ct);
        if (standIn.OfferedAt > now - OffersApart) return;
        db.Entry(standIn).Property(s => s.OfferedAt).CurrentValue = now;
        var cohorts = await db.Enrolments.Where(e => e.PersonId == standInId && e.Status == EnrolmentStatus.Active
            && !db.OutboundMails.Any(m => m.PersonId == standIn.StandsFor && m.Kind == MailKind.EnrolmentOffered
                && m.CohortId == e.CohortId && m.SentAt == null && m.FailedAt == null)).Select(e => e.CohortId).ToListAsync(ct);
        db.AddRange(cohorts.Select(c => OutboundMail.To(standIn.StandsFor, MailKind.EnrolmentOffered, now, cohortId: c)));
    }
}
