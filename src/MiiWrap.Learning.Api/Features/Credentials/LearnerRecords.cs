using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Configuration;
using MiiWrap.Learning.Api.Content;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Domain.Coaching;
using MiiWrap.Learning.Domain.Cohorts;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Credentials;
using MiiWrap.Learning.Domain.Enrolments;
using MiiWrap.Learning.Domain.Fidelity;
using MiiWrap.Learning.Domain.Reflections;

namespace MiiWrap.Learning.Api.Features.Credentials;

/// <summary>
/// Reads what one person has done in their enrolments, a statement for each kind of evidence. A record without one of its rows would be
/// judged wrongly.
/// </summary>
internal sealed class LearnerRecords(
    LearningDb db, CurriculumLibrary curricula, DosageQueries dosages, Settings settings, TimeProvider clock)
{
    private const string Reviews = "/v1/fidelity/reviews/";

    public static string ReviewPath(Guid reviewId) => $"{Reviews}{reviewId}";

    /// <summary>The review at a path; null where it is another thing's.</summary>
    public static Guid? ReviewOf(string path) =>
        path.StartsWith(Reviews, StringComparison.Ordinal) && Guid.TryParse(path[Reviews.Length..], out var id) ? id : null;

    /// <param name="enrolments">Of one person.</param>
    public async Task<IReadOnlyDictionary<Guid, LearnerRecord>> Of(
        Guid personId, IReadOnlyList<(Enrolment Enrolment, Cohort Cohort)> enrolments, CancellationToken ct)
    {
        var ids = enrolments.Select(e => e.Enrolment.Id).ToList();
        var completed = (await db.UnitProgress.AsNoTracking().Where(u => ids.Contains(u.EnrolmentId) && u.CompletedAt != null)
            .Select(u => new DoneUnit(u.EnrolmentId, u.Unit, u.CompletedAt!.Value)).ToListAsync(ct)).ToLookup(u => u.EnrolmentId);
        var accepted = (await db.Reflections.AsNoTracking()
            .Where(r => ids.Contains(r.EnrolmentId)
                && (r.Status == ReflectionStatus.Accepted || r.StatusBeforeHold == ReflectionStatus.Accepted))
            .Select(r => new DoneUnit(r.EnrolmentId, r.Assignment, r.Reviews.Max(v => v.PublishedAt) ?? r.SubmittedAt!.Value))
            .ToListAsync(ct)).ToLookup(r => r.EnrolmentId);
        var sessions = await dosages.SessionsOf(db.Enrolments.Where(e => ids.Contains(e.Id)).Select(e => e.Id), ct);
        var items = (await db.ActionItems.AsNoTracking()
            .Where(i => ids.Contains(i.EnrolmentId) && i.OwnerId == personId && i.ClosedOn != null
                && (i.Outcome == ActionOutcome.Kept || i.Outcome == ActionOutcome.PartlyKept))
            .Select(i => new { i.EnrolmentId, i.Id, On = i.ClosedOn!.Value }).ToListAsync(ct)).ToLookup(i => i.EnrolmentId);
        var reviews = await ReviewsOf(personId, ct);
        var calibrations = await CalibrationsOf(personId, ct);
        var held = await HeldBy(personId, ct);
        var records = new Dictionary<Guid, LearnerRecord>();
        foreach (var (enrolment, cohort) in enrolments)
        {
            var zone = Zones.Find(cohort.TimeZone);
            EvidenceItem? Item(DoneUnit? done, string kind) => done is null
                ? null
                : new($"/v1/enrolments/{enrolment.Id}/{kind}/{done.Unit}", Zones.LocalDate(done.At, zone));
            var (units, written) = (completed[enrolment.Id].ToDictionary(u => u.Unit), accepted[enrolment.Id].ToDictionary(r => r.Unit));
            records[enrolment.Id] = new()
            {
                Units =
                [
                    .. (await curricula.Of(db, cohort, ct)).Units.Select(u => new LearnedUnit(
                        u.IsAnchor, Item(units.GetValueOrDefault(u.Slug), "units"), Item(written.GetValueOrDefault(u.Slug), "reflections"))),
                ],
                Contacts =
                [
                    .. Dosage.FeedbackOn(DosageQueries.AttendedIn(zone, sessions[enrolment.Id]), settings.Dosage.LeastMinutes)
                        .Select(f => f.Feedback).OfType<AttendedSession>()
                        .Select(s => new EvidenceItem($"/v1/coaching-sessions/{s.SessionId}", s.Day)),
                ],
                Reviews = reviews,
                Calibrations = calibrations,
                ClosedItems = [.. items[enrolment.Id].Select(i => new EvidenceItem($"/v1/action-items/{i.Id}", i.On))],
                Held = held,
            };
        }

        return records;
    }

    /// <summary>A review as requirements judge it.</summary>
    public static StandingReview AsEvidence(FidelityReview review) => new(
        review.Instrument, review.Event.Kind, review.Event.Month, review.Result!.RaterCalibrated, review.Result.Scores, review.Result.Flags,
        new(ReviewPath(review.Id), DateOnly.FromDateTime(review.LockedAt!.Value)));

    /// <summary>Heads of chains: what was amended or voided counts no more.</summary>
    private async Task<List<StandingReview>> ReviewsOf(Guid personId, CancellationToken ct) =>
        (await db.FidelityReviews.AsNoTracking().Counted().Where(r => r.SubjectId == personId && r.RaterRole != RaterRole.Self)
            .OrderBy(r => r.LockedAt).ThenBy(r => r.Id)
            .LoadAllOrNoneAsync(r => r.Id, some => some.Include(r => r.Result).AsSingleQuery().ToListAsync(ct), ct)).ConvertAll(AsEvidence);

    private async Task<List<NamedEvidence>> CalibrationsOf(Guid personId, CancellationToken ct)
    {
        var today = DateOnly.FromDateTime(clock.UtcNow());
        var codes = await db.RaterCalibrations.HoldingOn(today).Where(c => c.PersonId == personId).Select(c => c.Instrument)
            .ToListAsync(ct);
        return codes.ConvertAll(c => new NamedEvidence(c, new($"/v1/fidelity/raters?instrument={c}", today)));
    }

    private async Task<List<NamedEvidence>> HeldBy(Guid personId, CancellationToken ct)
    {
        var held = await db.Credentials.AsNoTracking().Where(c => c.PersonId == personId)
            .InState(CredentialState.Active, DateOnly.FromDateTime(clock.UtcNow()))
            .Select(c => new { c.Id, c.Code, AcceptedAt = c.AcceptedAt!.Value }).ToListAsync(ct);
        return held.ConvertAll(c => new NamedEvidence(c.Code, new($"/v1/credentials/{c.Id}", DateOnly.FromDateTime(c.AcceptedAt))));
    }

    /// <summary>A unit that was completed, or whose reflection was accepted.</summary>
    private sealed record DoneUnit(Guid EnrolmentId, string Unit, DateTime At);
}
