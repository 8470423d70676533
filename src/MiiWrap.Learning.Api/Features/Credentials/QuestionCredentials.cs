using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Content;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Mail;
using MiiWrap.Learning.Domain.Credentials;
using MiiWrap.Learning.Domain.Fidelity;
using MiiWrap.Learning.Domain.Messaging;

namespace MiiWrap.Learning.Api.Features.Credentials;

/// <summary>
/// A review that was voided, or amended to what would not have counted, may have been the ground of a credential: whoever answers for that
/// is told in the same save, and decides. Nothing is revoked by that.
/// </summary>
internal sealed class QuestionCredentials(LearningDb db, CredentialLibrary library, StaffNotices staff) :
    INotificationHandler<DomainEventNotification<FidelityReviewVoided>>,
    INotificationHandler<DomainEventNotification<FidelityReviewAmended>>,
    INotificationHandler<DomainEventNotification<CredentialEvidenceChanged>>
{
    public async Task Handle(DomainEventNotification<FidelityReviewVoided> notification, CancellationToken cancellationToken)
    {
        var (review, at) = notification.Event;
        foreach (var credential in await RestingOn(review.SubjectId, review.Id, cancellationToken)) credential.NoteEvidenceChanged(at);
    }

    public async Task Handle(DomainEventNotification<FidelityReviewAmended> notification, CancellationToken cancellationToken)
    {
        var (review, at) = notification.Event;
        var evidence = LearnerRecords.AsEvidence(review);
        foreach (var credential in await RestingOn(review.SubjectId, review.SupersedesId!.Value, cancellationToken))
        {
            var definition = await library.Of(db, credential, cancellationToken);
            var asked = credential.Period.Number == 1 ? definition.Requirements : definition.Renewal;
            if (!asked.OfType<FidelityReached>().Where(r => r.Instrument == review.Instrument).All(r => r.Counts(evidence)))
                credential.NoteEvidenceChanged(at);
        }
    }

    /// <summary>Whoever issued it and those who lead the cohort hear of it; where nobody of them is there, some programme admins.</summary>
    public async Task Handle(DomainEventNotification<CredentialEvidenceChanged> notification, CancellationToken cancellationToken)
    {
        var (credential, at) = notification.Event;
        var leads = await db.Enrolments.Where(e => e.Id == credential.EnrolmentId)
            .Join(db.CohortMembers, e => e.CohortId, m => m.CohortId, (_, m) => m)
            .Where(m => m.Role == Domain.Cohorts.CohortRole.Lead).Select(m => m.PersonId).ToListAsync(cancellationToken);
        // Who supervises the learner's agency hears of no score; who has left, of nothing.
        var managers = await db.ManagersOf(credential.PersonId).ToListAsync(cancellationToken);
        var told = await staff.WithAccess(
            leads.Append(credential.OfferedBy).Except(managers).Where(id => id != credential.PersonId), cancellationToken);
        if (told.Count == 0) told = await staff.Admins(cancellationToken);
        db.AddRange(told.Select(p => OutboundMail.AboutCredential(credential.Id, p.Id, MailKind.CredentialQuestioned, at)));
    }

    /// <summary>
    /// Those of the learner's credentials whose newest period rests on a review. One that is issued at this moment touches the review:
    /// the later of the two runs again.
    /// </summary>
    private async Task<List<Credential>> RestingOn(Guid learnerId, Guid reviewId, CancellationToken ct)
    {
        var path = LearnerRecords.ReviewPath(reviewId);
        var current = await db.Credentials.Include(c => c.Periods).AsSingleQuery()
            .Where(c => c.PersonId == learnerId
                && (c.State == CredentialState.Offered || c.State == CredentialState.Active || c.State == CredentialState.Expired))
            .ToListAsync(ct);
        return current.FindAll(c => c.Period.Evidence.SelectMany(l => l.Items).Any(i => i.Href == path));
    }
}
