using System.Text.Json.Serialization;
using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Data.Entities;
using MiiWrap.Learning.Api.Http;
using MiiWrap.Learning.Api.Mail;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Messaging;
using MiiWrap.Learning.Domain.Reflections;

namespace MiiWrap.Learning.Api.Features.Reviews;

/// <summary>
/// A lead gives one reviewer's claim to another instructor or lead of the cohort, for two days, and says why; it stands in the access log.
/// What the first one wrote stays theirs, and the other one is told by mail that something waits.
/// </summary>
/// <param name="To">Who reviews it from now on.</param>
/// <param name="From">Where two read: whose claim it is.</param>
/// <param name="Reason" example="The reviewer is ill this week.">
/// 10 to 400 characters, which the author and the first reviewer see; it must not quote the reflection.
/// </param>
/// <param name="PrivacyConfirmed">Whoever gives the reason has looked at what in it might point to a person.</param>
public sealed record HandOverReview(
    Guid? To, Guid? From, [property: JsonConverter(typeof(TextAsSent))] string Reason, bool? PrivacyConfirmed)
    : ICommand<ReviewHandOver>
{
    [JsonIgnore]
    public Guid RevisionId { get; init; }
}

/// <summary>Who has the revision now.</summary>
/// <param name="LeaseUntil">When the claim lapses.</param>
public sealed record ReviewHandOver(Guid RevisionId, QueuePerson ClaimedBy, DateTime LeaseUntil);

internal sealed class HandOverReviewValidator : AbstractValidator<HandOverReview>
{
    public HandOverReviewValidator()
    {
        RuleFor(x => x.To).NotEmpty();
        RuleFor(x => x.Reason).MustBeReason();
    }
}

internal sealed class HandOverReviewHandler(LearningDb db, ReviewAccess reviews, Caller caller, PrivacyGate gate, TimeProvider clock)
    : IRequestHandler<HandOverReview, ReviewHandOver>
{
    public async Task<ReviewHandOver> Handle(HandOverReview request, CancellationToken cancellationToken)
    {
        var found = await reviews.Find(request.RevisionId, cancellationToken);
        if (!found.IsLead)
            throw new RuleException("role.required", "Only a lead of this cohort hands over what others have claimed.", RuleKind.Forbidden);
        found.MustNotBeOwn(caller);
        var (reflection, to, now) = (found.Reflection, request.To!.Value, clock.UtcNow());
        var reviewer = await db.Users.AsNoTracking()
            .Where(p => p.Id == to && p.NormalizedEmail != null
                && db.CohortMembers.Any(m => m.CohortId == reflection.CohortId && m.PersonId == p.Id))
            .Select(p => new
            {
                Person = p,
                IsOfAgency = db.AgencyMembers.Any(m => m.PersonId == p.Id
                    && db.Enrolments.Any(e => e.PersonId == reflection.PersonId && e.AgencyId == m.AgencyId)),
            }).SingleOrDefaultAsync(cancellationToken)
            ?? throw new RuleException(
                "review.handOver.notReviewer", "This person neither teaches nor leads the cohort.", RuleKind.Invalid);
        if (reviewer.Person.Status != PersonStatus.Active)
            throw new RuleException("person.suspended", "This person has no access; give it back first, or take somebody else.");
        if (reviewer.IsOfAgency)
            throw new RuleException("review.handOver.ownAgency",
                "Whoever supervises or administers at a learner's agency never reads that learner's reflections.", RuleKind.Invalid);
        await gate.PassReasonAsync(reflection.EnrolmentId, request.Reason, request.PrivacyConfirmed, cancellationToken);

        var reason = request.Reason.NormalizeNfc();
        var claim = reflection.HandOver(request.RevisionId, request.From, to, reason, now);
        reviews.Note(found, new(ReaderRole.Lead, reason), ReaderAct.HandedOver);
        db.Add(AccessLogEntry.Of(reflection.Key, to, reviewer.Person.Name, ReaderRole.Reviewer, ReaderAct.TookOver, null, now));
        await db.QueueNotices([reviewer.Person], MailKind.ReviewHandedOver, now, cancellationToken);
        await db.SaveChangesAsync(cancellationToken);
        return new(request.RevisionId, new(to, reviewer.Person.Name), claim.LeaseUntil!.Value);
    }
}
