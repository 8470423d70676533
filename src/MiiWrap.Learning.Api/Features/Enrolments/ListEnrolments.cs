using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Contracts;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Http;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Enrolments;

namespace MiiWrap.Learning.Api.Features.Enrolments;

/// <summary>
/// Enrolments of a cohort, a person or an agency, as far as the caller may follow them: those that changed longest ago come first, so that
/// a program goes on where it stopped. At least one of the three must be given.
/// </summary>
/// <param name="Cohort">Only those of this cohort.</param>
/// <param name="Person">Only this person's.</param>
/// <param name="Agency">Only those of this agency's learners.</param>
/// <param name="Status" example="active">Only those that stand so.</param>
/// <param name="UpdatedSince" example="2027-03-08T09:00:00Z">Only those that changed at this moment or later.</param>
public sealed record ListEnrolments(
    Guid? Cohort, Guid? Person, Guid? Agency, string? Status, string? UpdatedSince, string? Limit, string? Cursor)
    : IQuery<Page<EnrolmentItem>>, IPaged;

/// <summary>One enrolment in a list.</summary>
/// <param name="AgencyId">The learner's agency; null when there is none.</param>
/// <param name="Percent" example="40">Completed units in percent of all, rounded down.</param>
/// <param name="Invitation">Whether the learner has signed in yet.</param>
/// <param name="UpdatedAt">When anything of it last changed.</param>
public sealed record EnrolmentItem(
    Guid Id, EnrolledPerson Person, Guid CohortId, Guid? AgencyId, EnrolmentStatus Status, int Percent, InvitationState Invitation,
    DateTime UpdatedAt);

/// <summary>Who is enrolled.</summary>
public sealed record EnrolledPerson(Guid Id, string Name);

internal sealed class ListEnrolmentsValidator : AbstractValidator<ListEnrolments>
{
    public ListEnrolmentsValidator()
    {
        this.RuleForPaging(byMoment: true);
        RuleFor(x => x.Status).MustBeOneOf<ListEnrolments, EnrolmentStatus>();
        RuleFor(x => x.UpdatedSince).MustBeMoment();
    }
}

internal sealed class ListEnrolmentsHandler(LearningDb db, Caller caller, TimeProvider clock, ILogger<ListEnrolments> log)
    : IRequestHandler<ListEnrolments, Page<EnrolmentItem>>
{
    public async Task<Page<EnrolmentItem>> Handle(ListEnrolments request, CancellationToken cancellationToken)
    {
        if (request is { Cohort: null, Person: null, Agency: null })
            throw new RuleException("filter.required", "Say whose enrolments: give a cohort, a person or an agency.", RuleKind.Invalid);
        var enrolments = db.Enrolments.FollowedBy(caller, db);
        if (request.Cohort is { } cohort) enrolments = enrolments.Where(e => e.CohortId == cohort);
        if (request.Person is { } person) enrolments = enrolments.Where(e => e.PersonId == person);
        if (request.Agency is { } agency) enrolments = enrolments.Where(e => e.AgencyId == agency);
        if (EnumNames.TryParse<EnrolmentStatus>(request.Status, out var status)) enrolments = enrolments.Where(e => e.Status == status);
        if (Moments.TryParse(request.UpdatedSince, out var moment))
        {
            var since = moment.UtcDateTime;
            enrolments = enrolments.Where(e => e.UpdatedAt >= since);
        }

        var (accepted, invited) = (db.WhoAccepted(), db.WhoAreInvited(clock.UtcNow()));
        var found = await enrolments.LoadReadablePageAsync(
            e => e.Id, some => some.PageBy(request, e => e.UpdatedAt, e => e.Id), some => some.Select(e => new
        {
            Enrolment = e,
            IsAccepted = accepted.Any(id => id == e.PersonId),
            IsInvited = invited.Any(id => id == e.PersonId),
        }).AsNoTracking().ToListAsync(cancellationToken),
            log.LeavesOut("enrolment"), cancellationToken);
        var page = found.ToPage(request, r => (Paging.KeyOf(r.Enrolment.UpdatedAt), r.Enrolment.Id));
        return new([.. page.Items.Select(r => Of(r.Enrolment, Invitations.StateOf(r.IsAccepted, r.IsInvited)))], page.Next);
    }

    private static EnrolmentItem Of(Enrolment e, InvitationState invitation) =>
        new(e.Id, new(e.PersonId, e.LearnerName), e.CohortId, e.AgencyId, e.Status, e.Percent, invitation, e.UpdatedAt);
}
