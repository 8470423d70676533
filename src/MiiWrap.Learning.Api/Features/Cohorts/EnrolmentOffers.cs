using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Contracts;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Data.Entities;
using MiiWrap.Learning.Api.Http;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Cohorts;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Enrolments;
using MiiWrap.Learning.Domain.Messaging;

namespace MiiWrap.Learning.Api.Features.Cohorts;

/// <summary>
/// Enrolments that an agency's program has made for the caller, who is not known to belong to it, and that wait for their yes. While its
/// cohort is closed an offer is not among them.
/// </summary>
public sealed record ListEnrolmentOffers(string? Limit, string? Cursor) : IQuery<Page<EnrolmentOffer>>, IPaged;

/// <summary>
/// The caller accepts an agency's enrolment: from now on it is their own, and the agency sees their name and status. Who learns there
/// already keeps their own enrolment, which becomes the agency's; what was offered is gone, and counts nowhere.
/// </summary>
public sealed record AcceptEnrolment(Guid EnrolmentId) : ICommand<AcceptedEnrolment>;

/// <summary>One enrolment that waits for the caller's yes.</summary>
/// <param name="Name">What the agency calls the caller; until they accept it sees no more.</param>
/// <param name="OfferedAt">When it was offered.</param>
public sealed record EnrolmentOffer(Guid EnrolmentId, OfferParty Cohort, OfferParty Agency, string Name, DateTime OfferedAt);

/// <summary>A cohort or an agency by its name.</summary>
public sealed record OfferParty(Guid Id, string Name);

/// <summary>The caller's own enrolment.</summary>
public sealed record AcceptedEnrolment(Guid EnrolmentId, Guid CohortId, EnrolmentStatus Status);

internal sealed class ListEnrolmentOffersValidator : AbstractValidator<ListEnrolmentOffers>
{
    public ListEnrolmentOffersValidator() => this.RuleForPaging(byMoment: true);
}

internal sealed class EnrolmentOffersHandler(LearningDb db, Caller caller, TimeProvider clock, ILogger<ListEnrolmentOffers> log)
    : IRequestHandler<ListEnrolmentOffers, Page<EnrolmentOffer>>, IRequestHandler<AcceptEnrolment, AcceptedEnrolment>
{
    public async Task<Page<EnrolmentOffer>> Handle(ListEnrolmentOffers request, CancellationToken cancellationToken)
    {
        var offers = db.OpenOffersTo(caller.PersonId, clock.UtcNow())
            .Join(db.Cohorts, e => e.CohortId, c => c.Id, (e, c) => new { Enrolment = e, Cohort = c })
            .Join(db.Agencies, o => o.Enrolment.AgencyId, a => a.Id, (o, a) => new { o.Enrolment, o.Cohort, Agency = a });
        var rows = await offers.LoadReadablePageAsync(
            o => o.Enrolment.Id, some => some.PageBy(request, o => o.Enrolment.EnrolledAt, o => o.Enrolment.Id),
            some => some.Select(o => new EnrolmentOffer(
                o.Enrolment.Id, new(o.Cohort.Id, o.Cohort.Name), new(o.Agency.Id, o.Agency.Name), o.Enrolment.LearnerName,
                o.Enrolment.EnrolledAt)).ToListAsync(cancellationToken),
            log.LeavesOut("offer"), cancellationToken);
        return rows.ToPage(request, o => (Paging.KeyOf(o.OfferedAt), o.EnrolmentId));
    }

    public Task<AcceptedEnrolment> Handle(AcceptEnrolment request, CancellationToken cancellationToken) =>
        db.InTransactionAsync(ct => Accept(request.EnrolmentId, ct), commit: null, cancellationToken);

    private async Task<AcceptedEnrolment> Accept(Guid enrolmentId, CancellationToken ct)
    {
        var now = clock.UtcNow();
        var offered = await db.OffersTo(caller.PersonId, now).SingleOrDefaultAsync(e => e.Id == enrolmentId, ct);
        if (offered is null)
        {
            // Accepting again gives the first answer.
            var own = await db.Enrolments.OwnedBy(caller).SingleOrDefaultAsync(e => e.Id == enrolmentId, ct)
                ?? throw new NotFoundException("enrolment");
            return new(own.Id, own.CohortId, own.Status);
        }

        var standIn = offered.PersonId;
        var cohort = await db.Cohorts.Where(c => c.Id == offered.CohortId).SingleOrUnreadableAsync(offered.CohortId, ct);
        cohort.MustBeOpen();
        // Whoever closes it meanwhile changes this row too: the later of the two runs again.
        db.Touch(cohort);
        var mine = await db.Enrolments.OwnedBy(caller).SingleOrDefaultAsync(e => e.CohortId == offered.CohortId, ct);
        if (mine is null)
        {
            mine = offered;
            mine.TakeOver(caller.PersonId, await db.Users.Where(p => p.Id == caller.PersonId).Select(p => p.Name).SingleAsync(ct), now);
        }
        else
        {
            // The offer stays: what a lead has ended is for a lead to begin again.
            if (mine.Status == EnrolmentStatus.Withdrawn)
                throw new RuleException(
                    "enrolment.withdrawn", "You were withdrawn from this cohort; when its lead takes you back, this can be accepted.");
            if (mine.AgencyId is not null && mine.AgencyId != offered.AgencyId)
                throw new RuleException(
                    "enrolment.agency.other", "You learn in this cohort for another agency already; its lead can correct that.");
            mine.ChangeAgency(offered.AgencyId, now);
            await Merge(offered, mine, ct);
        }

        await TakeGivers(standIn, ct);
        await db.SaveChangesAsync(ct);
        return new(mine.Id, mine.CohortId, mine.Status);
    }

    /// <summary>Whoever had the offer sent to the caller may be the caller.</summary>
    private async Task TakeGivers(Guid standIn, CancellationToken ct)
    {
        var known = db.GivenAddresses.Where(g => g.PersonId == caller.PersonId).Select(g => g.GivenBy);
        db.AddRange((await db.GivenAddresses.Where(g => g.PersonId == standIn && !known.Contains(g.GivenBy)).Select(g => g.GivenBy)
            .ToListAsync(ct)).Select(by => new GivenAddress(caller.PersonId, by)));
    }

    /// <summary>
    /// Nobody learned by what was offered and nobody left, so no trace of it may be counted: modules that were opened stay open by the
    /// learner's own enrolment, and the rest goes.
    /// </summary>
    private async Task Merge(Enrolment offered, Enrolment mine, CancellationToken ct)
    {
        var openings = await db.ModuleOpenings.Where(o => o.EnrolmentId == offered.Id || o.EnrolmentId == mine.Id).ToListAsync(ct);
        var open = openings.Where(o => o.EnrolmentId == mine.Id).Select(o => o.Module).ToHashSet();
        var gone = openings.FindAll(o => o.EnrolmentId == offered.Id);
        db.RemoveRange(gone);
        db.AddRange(gone.Where(o => !open.Contains(o.Module))
            .Select(o => new ModuleOpening(mine.Id, o.Module, o.Reason, o.OpenedBy, o.OpenedAt)));
        // The logs of who could read what: there was nothing to read.
        await db.LearnerMoves.Where(m => m.EnrolmentId == offered.Id).ExecuteDeleteAsync(ct);
        await db.NoteAccess.Where(a => a.EnrolmentId == offered.Id).ExecuteDeleteAsync(ct);
        mine.Absorb(offered);
        db.Remove(offered);
    }
}

internal static class EnrolmentOffers
{
    /// <summary>
    /// What waits for this person's yes. It runs out as an invitation does, and with it, so that what their agency reads is so.
    /// </summary>
    public static IQueryable<Enrolment> OffersTo(this LearningDb db, Guid personId, DateTime now)
    {
        var invited = db.WhoAreInvited(now);
        return db.StandIns.Where(s => s.StandsFor == personId && invited.Any(id => id == s.PersonId))
            .Join(db.Enrolments, s => s.PersonId, e => e.PersonId, (_, e) => e).Where(e => e.Status == EnrolmentStatus.Active);
    }

    /// <summary>What of it can be accepted: a closed cohort takes nobody in.</summary>
    public static IQueryable<Enrolment> OpenOffersTo(this LearningDb db, Guid personId, DateTime now) =>
        db.OffersTo(personId, now).Where(e => db.Cohorts.Any(c => c.Id == e.CohortId && c.ClosedAt == null));
}

/// <summary>
/// While a cohort was closed no mail about an offer went out: who has not heard of theirs by then is owed one in the save that opens it
/// again.
/// </summary>
internal sealed class QueueReopenedOffers(LearningDb db) : INotificationHandler<DomainEventNotification<CohortReopened>>
{
    public async Task Handle(DomainEventNotification<CohortReopened> notification, CancellationToken cancellationToken)
    {
        var (cohort, at) = notification.Event;
        var untold = await db.Enrolments.Where(e => e.CohortId == cohort.Id && e.Status == EnrolmentStatus.Active)
            .Join(db.StandIns, e => e.PersonId, s => s.PersonId, (_, s) => s.StandsFor)
            .Where(id => !db.OutboundMails.Any(m => m.PersonId == id && m.Kind == MailKind.EnrolmentOffered && m.CohortId == cohort.Id
                && (m.SentAt != null || m.FailedAt == null)))
            .Distinct().ToListAsync(cancellationToken);
        db.AddRange(untold.Select(id => OutboundMail.To(id, MailKind.EnrolmentOffered, at, cohortId: cohort.Id)));
    }
}
