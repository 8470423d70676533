using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Content;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Http;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Cohorts;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Curricula;
using MiiWrap.Learning.Domain.Reflections;

namespace MiiWrap.Learning.Api.Features.Reviews;

/// <summary>Finds the reflection of a revision for those who may know of it, and says who may do what with it.</summary>
internal sealed class ReviewAccess(LearningDb db, Caller caller, TextGuard guard, CurriculumLibrary library, TimeProvider clock)
{
    public async Task<ReviewedReflection> Find(Guid revisionId, CancellationToken ct)
    {
        var (own, glass) = (db.LearnersOfOwnAgencies(caller), db.BrokenGlass.OpenTo(caller, clock.UtcNow()));
        var found = await db.Reflections.Include(r => r.Reviews)
            .Where(r => r.Id == db.Revisions.Where(v => v.Id == revisionId).Select(v => v.ReflectionId).FirstOrDefault())
            .Join(db.Cohorts, r => r.CohortId, c => c.Id, (r, c) => new
            {
                Reflection = r,
                Cohort = c,
                IsStaff = c.Staff.Any(m => m.PersonId == caller.PersonId),
                IsLead = c.Staff.Any(m => m.PersonId == caller.PersonId && m.Role == CohortRole.Lead),
                CallerName = db.Users.Where(p => p.Id == caller.PersonId).Select(p => p.Name).First(),
                WhyGlassIsBroken = glass.Where(g => g.ReflectionId == r.Id).OrderByDescending(g => g.Until).Select(g => g.Reason)
                    .FirstOrDefault(),
                IsOfOwnAgency = own.Contains(r.PersonId),
                // A handful, beside one or two reviews of each.
                Revisions = db.Revisions.Where(v => v.ReflectionId == r.Id).Select(v => new RevisionStep(v.Id, v.Number, v.SubmittedAt))
                    .ToList(),
            }).AsSingleQuery().SingleOrDefaultAsync(ct);
        if (found is null || !(found.IsStaff || caller.IsProgramAdmin)) throw new NotFoundException("revision");
        var (_, unit) = (await library.FindUnit(db, found.Cohort, found.Reflection.Assignment, ct))!.Value;
        return new(found.Reflection, unit, found.IsStaff, found.IsLead)
        {
            RevisionId = revisionId,
            Revisions = found.Revisions,
            CallerName = found.CallerName,
            WhyGlassIsBroken = found.WhyGlassIsBroken,
            IsOfOwnAgency = found.IsOfOwnAgency,
        };
    }

    /// <summary>As <see cref="Find"/>, for what only an instructor or lead of the cohort may do.</summary>
    public async Task<ReviewedReflection> FindForChange(Guid revisionId, CancellationToken ct)
    {
        var found = await Find(revisionId, ct);
        if (!found.IsStaff) throw ReviewRules.NotOnStaff();
        found.MustNotBeOfOwnAgency();
        return found;
    }

    /// <summary>
    /// In which part the caller may read the revision's text: the reviewer who has it or has reviewed it or a later one, the cohort's lead,
    /// or an admin who broke the glass. While it is on hold, only the last two, who can take something out. What its author took back
    /// nobody reads, and who belongs to the learner's agency never does.
    /// </summary>
    public Reader? ReaderOf(ReviewedReflection found) =>
        found.IsOfOwnAgency || found.Reflection.IsTakenBack(found.RevisionId) ? null
        : !found.Reflection.IsOnHold && found.NumberOf(found.RevisionId) <= LastReviewed(found) ? new(ReaderRole.Reviewer, null)
        : KeeperOf(found);

    /// <summary>
    /// Up to when the caller reads what author and reviewer write to each other: the moment of the next revision, which is another
    /// reviewer's; null for all of it.
    /// </summary>
    public DateTime? EndOfThread(ReviewedReflection found)
    {
        var last = LastReviewed(found);
        return found.Revisions.Where(v => v.Number > last && !found.Reflection.IsTakenBack(v.Id)).MinBy(v => v.Number)?.SubmittedAt;
    }

    /// <summary>The number of the latest revision that the caller reviews or has reviewed; 0 for none.</summary>
    private int LastReviewed(ReviewedReflection found)
    {
        var now = clock.UtcNow();
        return found.Reflection.Reviews.Where(r => r.ReviewerId == caller.PersonId && (r.IsHeld(now) || r.HandedInAt is not null))
            .Select(r => found.NumberOf(r.RevisionId)).DefaultIfEmpty().Max();
    }

    /// <summary>The caller as one who may take words out of a held reflection, and sees it meanwhile.</summary>
    public Reader PrivacyKeeper(ReviewedReflection found) =>
        (found.IsOfOwnAgency ? null : KeeperOf(found)) ?? throw new RuleException(
            "role.required", "The lead of this cohort does this, or a programme admin who has broken the glass.", RuleKind.Forbidden);

    private Reader? KeeperOf(ReviewedReflection found) =>
        found.IsLead ? new(ReaderRole.Lead, null)
        : caller.IsProgramAdmin && found.WhyGlassIsBroken is { } why ? new(ReaderRole.ProgramAdmin, why)
        : null;

    /// <summary>Writes into the reflection's access log that the caller is shown something of it; for HEAD nothing is.</summary>
    public Task NoteReading(ReviewedReflection found, Reader reader, ReaderAct act, CancellationToken ct) =>
        guard.NoteReading(found.Act, reader, act, ct);

    /// <summary>Adds a line to the reflection's access log, to be saved with whatever else is.</summary>
    public void Note(ReviewedReflection found, Reader reader, ReaderAct act) => guard.Note(found.Act, reader, act);
}

/// <summary>A reflection with its unit, and the caller's part in its cohort.</summary>
internal sealed record ReviewedReflection(Reflection Reflection, TrainingUnit Unit, bool IsStaff, bool IsLead)
{
    /// <summary>The revision that was asked for.</summary>
    public required Guid RevisionId { get; init; }

    /// <summary>All of the reflection's revisions.</summary>
    public required IReadOnlyList<RevisionStep> Revisions { get; init; }

    /// <summary>The caller supervises or administers at the learner's agency.</summary>
    public required bool IsOfOwnAgency { get; init; }

    /// <summary>As the access log has it.</summary>
    public required string CallerName { get; init; }

    /// <summary>Why the caller has broken the glass; null while it is whole.</summary>
    public required string? WhyGlassIsBroken { get; init; }

    /// <summary>The reflection as a text on which the caller acts.</summary>
    public GuardedAct Act => new(Reflection, [Reflection.EnrolmentId], CallerName);

    public int NumberOf(Guid revisionId) => Revisions.Single(v => v.Id == revisionId).Number;

    /// <summary>Who reviews a reflection, and whether it may be handed in once more, is for others than its author.</summary>
    public void MustNotBeOwn(Caller caller)
    {
        if (Reflection.PersonId == caller.PersonId)
            throw new RuleException("review.own", "Nobody decides about the review of their own work.", RuleKind.Forbidden);
    }

    public void MustNotBeOfOwnAgency()
    {
        if (IsOfOwnAgency) throw AccessQueries.OfOwnAgency();
    }
}

/// <summary>One of a reflection's revisions, without its words.</summary>
internal sealed record RevisionStep(Guid Id, int Number, DateTime SubmittedAt);

/// <summary>Tags of reviews: their own state, and whether what they read is still the newest.</summary>
internal static class ReviewTags
{
    public static string Of(Reflection reflection, Review review) =>
        ETags.Of(review.Id, review.Version, review.RevisionId == reflection.LatestRevisionId, reflection.ConversationSince,
            reflection.IsOnHold, reflection.RedactionCount, reflection.PurgedAt);
}
