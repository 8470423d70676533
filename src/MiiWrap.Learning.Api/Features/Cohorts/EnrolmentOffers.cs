using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Http;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Enrolments;

namespace MiiWrap.Learning.Api.Features.Cohorts;

/// <summary>
/// Enrolments that an agency's program has made for the caller, who is not known to belong to it, and that wait for their yes.
/// </summary>
public sealed record ListEnrolmentOffers(string? Limit, string? Cursor) : IQuery<Page<EnrolmentOffer>>, IPaged;

/// <summary>The caller accepts an agency's enrolment: from now on it is their own, and the agency sees their name and status.</summary>
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

internal sealed class EnrolmentOffersHandler(LearningDb db, Caller caller, TimeProvider clock)
    : IRequestHandler<ListEnrolmentOffers, Page<EnrolmentOffer>>, IRequestHandler<AcceptEnrolment, AcceptedEnrolment>
{
    public async Task<Page<EnrolmentOffer>> Handle(ListEnrolmentOffers request, CancellationToken cancellationToken)
    {
        var offers = db.OffersTo(caller.PersonId).Join(db.Cohorts, e => e.CohortId, c => c.Id, (e, c) => new { Enrolment = e, Cohort = c })
            .Join(db.Agencies, o => o.Enrolment.AgencyId, a => a.Id, (o, a) => new { o.Enrolment, o.Cohort, Agency = a });
        var rows = await offers.PageBy(request, o => o.Enrolment.EnrolledAt, o => o.Enrolment.Id)
            .Select(o => new EnrolmentOffer(
                o.Enrolment.Id, new(o.Cohort.Id, o.Cohort.Name), new(o.Agency.Id, o.Agency.Name), o.Enrolment.LearnerName,
                o.Enrolment.EnrolledAt))
            .ToListAsync(cancellationToken);
        return rows.ToPage(request, o => (Paging.KeyOf(o.OfferedAt), o.EnrolmentId));
    }

    public async Task<AcceptedEnrolment> Handle(AcceptEnrolment request, CancellationToken cancellationToken)
    {
        var offered = await db.OffersTo(caller.PersonId).SingleOrDefaultAsync(e => e.Id == request.EnrolmentId, cancellationToken);
        if (offered is null)
        {
            // Accepting again gives the first answer.
            var own = await db.Enrolments.OwnedBy(caller).SingleOrDefaultAsync(e => e.Id == request.EnrolmentId, cancellationToken)
                ?? throw new NotFoundException("enrolment");
            return new(own.Id, own.CohortId, own.Status);
        }

        var now = clock.UtcNow();
        var mine = await db.Enrolments.OwnedBy(caller).SingleOrDefaultAsync(e => e.CohortId == offered.CohortId, cancellationToken);
        if (mine is null)
        {
            mine = offered;
            mine.TakeOver(caller.PersonId, await db.Users.Where(p => p.Id == caller.PersonId).Select(p => p.Name)
                .SingleAsync(cancellationToken), now);
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
            offered.Withdraw(now);
        }

        await db.SaveChangesAsync(cancellationToken);
        return new(mine.Id, mine.CohortId, mine.Status);
    }
}

internal static class EnrolmentOffers
{
    /// <summary>What waits for this person's yes.</summary>
    public static IQueryable<Enrolment> OffersTo(this LearningDb db, Guid personId) => db.StandIns.Where(s => s.StandsFor == personId)
        .Join(db.Enrolments, s => s.PersonId, e => e.PersonId, (_, e) => e).Where(e => e.Status == EnrolmentStatus.Active);
}
