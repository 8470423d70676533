using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Data.Entities;
using MiiWrap.Learning.Domain.Coaching;
using MiiWrap.Learning.Domain.Cohorts;
using MiiWrap.Learning.Domain.Enrolments;

namespace MiiWrap.Learning.Api.Features.Coaching;

/// <summary>
/// Who coaches whom once this save is done: what the database holds, with what is about to change. The rule is that of
/// <see cref="Access.CoachingQueries.CoachedBy(IQueryable{Enrolment}, Guid, LearningDb)"/>, which asks of what was saved before.
/// </summary>
internal sealed class UpcomingCoaching(LearningDb db)
{
    /// <param name="coaches">Those of whom it is asked.</param>
    /// <param name="learners">Those whom they may coach.</param>
    public async Task<CoachingState> Load(IReadOnlyCollection<Guid> coaches, IReadOnlyCollection<Guid> learners, CancellationToken ct)
    {
        var stored = await db.Enrolments.Where(e => learners.Contains(e.PersonId))
            .Select(e => new LearnerState(e.Id, e.PersonId, e.CohortId, e.AgencyId, e.Status == EnrolmentStatus.Withdrawn)).ToListAsync(ct);
        var enrolments = Changed<Enrolment, LearnerState>(stored, e => e.Id, e =>
            new(e.Id, e.PersonId, e.CohortId, e.AgencyId, e.Status == EnrolmentStatus.Withdrawn)).ToDictionary(e => e.Id);
        var relationships = Changed<CoachingRelationship, RelationState>(
            await db.CoachingRelationships.Where(r => coaches.Contains(r.CoachId) && r.EndedAt == null && r.BeganAt != null)
                .Select(r => new RelationState(
                    r.Id, r.CoachId, r.CoacheeId, r.CohortId, r.AgencyId, true, r.AgreedAt != null, r.AgreedAt ?? r.BeganAt))
                .ToListAsync(ct),
            r => r.Id, r => new(
                r.Id, r.CoachId, r.CoacheeId, r.CohortId, r.AgencyId, r.BeganAt is not null && r.EndedAt is null, r.AgreedAt is not null,
                r.AgreedAt ?? r.BeganAt));
        var people = coaches.Concat(learners).ToHashSet();
        var gone = Changed<Person, PersonState>(
            await db.Users.Where(p => people.Contains(p.Id))
                .Select(p => new PersonState(p.Id, p.Status == PersonStatus.Left)).ToListAsync(ct),
            p => p.Id, p => new(p.Id, p.Status == PersonStatus.Left));
        return new(
            enrolments, [.. relationships.Where(r => r.Holds)],
            await Parts<CohortMember>(
                db.CohortMembers.Where(m => coaches.Contains(m.PersonId)).Select(m => new Part(m.CohortId, m.PersonId)),
                m => new(m.CohortId, m.PersonId), ct),
            await Parts<AgencyMember>(
                db.AgencyMembers.Where(m => coaches.Contains(m.PersonId)).Select(m => new Part(m.AgencyId, m.PersonId)),
                m => new(m.AgencyId, m.PersonId), ct),
            [.. gone.Where(p => p.HasLeft).Select(p => p.Id)]);
    }

    /// <summary>Not by their rows, of which one that is damaged would keep everybody from what they do.</summary>
    private List<TState> Changed<TRow, TState>(List<TState> stored, Func<TState, Guid> idOf, Func<TRow, TState> read)
        where TRow : class
    {
        var rows = db.ChangeTracker.Entries<TRow>().Where(e => e.State != EntityState.Unchanged).ToList();
        var (left, changed) = (
            rows.FindAll(e => e.State == EntityState.Deleted).Select(e => idOf(read(e.Entity))).ToHashSet(),
            rows.FindAll(e => e.State is EntityState.Added or EntityState.Modified).ConvertAll(e => read(e.Entity)));
        left.UnionWith(changed.Select(idOf));
        return [.. stored.Where(s => !left.Contains(idOf(s))), .. changed];
    }

    private async Task<HashSet<Part>> Parts<TRow>(IQueryable<Part> stored, Func<TRow, Part> read, CancellationToken ct)
        where TRow : class
    {
        // Somebody may have two parts in one cohort, and lose one of them.
        var parts = await stored.ToListAsync(ct);
        foreach (var entry in db.ChangeTracker.Entries<TRow>())
        {
            if (entry.State == EntityState.Deleted) parts.Remove(read(entry.Entity));
            else if (entry.State == EntityState.Added) parts.Add(read(entry.Entity));
        }

        return [.. parts];
    }
}

/// <summary>Somebody's part in a cohort or an agency.</summary>
internal sealed record Part(Guid In, Guid PersonId);

internal sealed record LearnerState(Guid Id, Guid PersonId, Guid CohortId, Guid? AgencyId, bool IsWithdrawn);

internal sealed record RelationState(
    Guid Id, Guid CoachId, Guid CoacheeId, Guid? CohortId, Guid? AgencyId, bool Holds, bool IsAgreed, DateTime? Since);

internal sealed record PersonState(Guid Id, bool HasLeft);

/// <summary>Who coaches whom, of those who were asked for.</summary>
/// <param name="Teaching">Their parts in cohorts.</param>
/// <param name="Running">Their parts in agencies.</param>
/// <param name="Left">Those of them who are there no more.</param>
internal sealed record CoachingState(
    Dictionary<Guid, LearnerState> Enrolments, IReadOnlyList<RelationState> Relationships, HashSet<Part> Teaching, HashSet<Part> Running,
    HashSet<Guid> Left)
{
    public bool IsPresent(Guid enrolmentId) =>
        Enrolments.TryGetValue(enrolmentId, out var learner) && !learner.IsWithdrawn && !Left.Contains(learner.PersonId);

    /// <param name="before">Only by what holds since then; null for any.</param>
    public bool Coaches(Guid coachId, Guid enrolmentId, DateTime? before = null)
    {
        if (!IsPresent(enrolmentId) || Left.Contains(coachId)) return false;
        var learner = Enrolments[enrolmentId];
        var supervises = IsSupervisedBy(coachId, learner.PersonId);
        return learner.PersonId != coachId && (Relationships.Any(r => r.CoachId == coachId && r.CoacheeId == learner.PersonId
                && (r.IsAgreed || !supervises) && (before is null || r.Since <= before)
                && (r.CohortId == learner.CohortId || (r.AgencyId is not null && r.AgencyId == learner.AgencyId)))
            || (Teaching.Contains(new(learner.CohortId, coachId)) && !supervises));
    }

    public bool IsSupervisedBy(Guid coachId, Guid learnerId) =>
        Enrolments.Values.Any(e => e.PersonId == learnerId && e.AgencyId is { } agency && Running.Contains(new(agency, coachId)));
}
