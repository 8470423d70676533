using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Configuration;
using MiiWrap.Learning.Api.Content;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Reflections;

namespace MiiWrap.Learning.Api.Features.Agencies;

/// <summary>
/// Takes out the words of reflections whose time is over, a bounded number at a turn, and writes down how many; returns that number.
/// </summary>
public sealed record PurgeReflections : ICommand<int>;

internal sealed class PurgeReflectionsHandler(LearningDb db, CurriculumLibrary library, Settings settings, TimeProvider clock,
    ILogger<PurgeReflections> log) : IRequestHandler<PurgeReflections, int>
{
    private const int Batch = 50;
    private const int MostAtATurn = 1000;

    public async Task<int> Handle(PurgeReflections request, CancellationToken cancellationToken)
    {
        var purged = 0;
        if (settings.RetentionLegalHold) return purged;
        foreach (var due in await Due(cancellationToken))
        {
            int batch;
            do
            {
                try
                {
                    batch = await Purge(due, cancellationToken);
                }
                catch (Exception e) when (e.IsOfOneRow())
                {
                    log.LogError(e, "Some reflections of cohort {CohortId} could not be purged: now one by one", due.CohortId);
                    purged += await PurgeOneByOne(due, cancellationToken);
                    break;
                }

                purged += batch;
                if (purged >= MostAtATurn) return purged;
            }
            while (batch == Batch);
        }

        if (purged > 0) log.LogInformation("The words of {Count} reflections were purged: their time was over", purged);
        return purged;
    }

    /// <summary>One that is damaged keeps none of the others.</summary>
    private async Task<int> PurgeOneByOne(DueWords due, CancellationToken ct)
    {
        db.ChangeTracker.Clear();
        var purged = 0;
        foreach (var id in await DueNow(due, clock.UtcNow()).OrderBy(r => r.Id).Select(r => r.Id).Take(MostAtATurn).ToListAsync(ct))
        {
            try
            {
                purged += await Purge(due, ct, only: id);
            }
            catch (Exception e) when (e.IsOfOneRow())
            {
                db.ChangeTracker.Clear();
                log.LogError(e, "Reflection {ReflectionId} could not be purged", id);
            }
        }

        return purged;
    }

    /// <summary>The agencies' learners of each cohort that ended so long ago.</summary>
    private async Task<List<DueWords>> Due(CancellationToken ct)
    {
        var now = clock.UtcNow();
        var earliest = DateOnly.FromDateTime(now).AddMonths(-Retention.LeastMonths);
        var old = await db.Cohorts
            .Where(c => c.StartsOn < earliest && db.Reflections.Any(r => r.CohortId == c.Id && r.PurgedAt == null
                && r.Status != ReflectionStatus.RedactionHold))
            .OrderBy(c => c.StartsOn).ThenBy(c => c.Id).Select(c => c.Id).ToArrayAsync(ct);
        // One that is damaged keeps none of the others.
        var cohorts = (await RowFault.LoadReadableAsync(
            old,
            some => db.Cohorts.AsNoTracking().Where(c => some.Contains(c.Id)).ToListAsync(ct),
            (id, e) =>
            {
                log.LogError(e, "Cohort {CohortId} cannot be read: nothing of it is purged", id);
                return Task.CompletedTask;
            })).OrderBy(c => c.StartsOn).ThenBy(c => c.Id).ToList();
        var ids = cohorts.Select(c => c.Id).ToList();
        var groups = (await db.Enrolments.Where(e => ids.Contains(e.CohortId)).Select(e => new { e.CohortId, e.AgencyId }).Distinct()
            .ToListAsync(ct)).ToLookup(g => g.CohortId, g => g.AgencyId);
        var policies = await db.Agencies.Where(a => a.RetentionMonths != null || a.LegalHoldSince != null)
            .Select(a => new { a.Id, a.RetentionMonths, IsHeld = a.LegalHoldSince != null }).ToDictionaryAsync(a => a.Id, ct);
        var due = new List<DueWords>();
        foreach (var cohort in cohorts)
        {
            if (await library.Find(db, cohort.Curriculum, cohort.CurriculumVersion, ct) is not { } curriculum)
            {
                log.LogError("Cohort {CohortId} is pinned to a curriculum that is not there: nothing of it is purged", cohort.Id);
                continue;
            }

            var end = cohort.EndsOn(curriculum);
            foreach (var agency in groups[cohort.Id])
            {
                var policy = agency is { } id ? policies.GetValueOrDefault(id) : null;
                var months = policy?.RetentionMonths ?? settings.RetentionMonths;
                if (policy is not { IsHeld: true } && Retention.EndsOn(end, months) <= cohort.Today(now))
                    due.Add(new(cohort.Id, agency, months));
            }
        }

        return due;
    }

    private IQueryable<Reflection> DueNow(DueWords due, DateTime now)
    {
        var writtenBefore = now.AddMonths(-due.Months);
        return db.Reflections.Where(r => r.CohortId == due.CohortId && r.PurgedAt == null && r.Status != ReflectionStatus.RedactionHold
            && r.DraftSavedAt < writtenBefore && (r.SubmittedAt == null || r.SubmittedAt < writtenBefore)
            && db.Enrolments.Any(e => e.Id == r.EnrolmentId && e.AgencyId == due.AgencyId));
    }

    private Task<int> Purge(DueWords due, CancellationToken ct, Guid? only = null) => db.InTransactionAsync(
        async token =>
        {
            var now = clock.UtcNow();
            if (!await IsStillDue(due, token)) return 0;
            var rows = DueNow(due, now);
            if (only is { } one) rows = rows.Where(r => r.Id == one);
            var reflections = await rows.AsSplitQuery().Include(r => r.Revisions).Include(r => r.Reviews).OrderBy(r => r.Id).Take(Batch)
                .ToListAsync(token);
            if (reflections.Count == 0) return 0;
            // A learner who moves meanwhile to an agency that holds words back changes this row: the later of the two runs again.
            var enrolmentIds = reflections.Select(r => r.EnrolmentId).Distinct().ToList();
            foreach (var enrolment in await db.Enrolments.Where(e => enrolmentIds.Contains(e.Id)).ToListAsync(token))
            {
                if (enrolment.AgencyId != due.AgencyId) return 0;
                db.Entry(enrolment).Property(e => e.Version).IsModified = true;
            }

            var ids = reflections.Select(r => r.Id).ToList();
            var messages = (await db.ReflectionMessages.Where(m => ids.Contains(m.ReflectionId)).ToListAsync(token))
                .ToLookup(m => m.ReflectionId);
            foreach (var reflection in reflections) reflection.Purge(messages[reflection.Id], now);
            db.Add(RetentionRecord.OfPurge(due.AgencyId, due.CohortId, due.Months, reflections, messages.Sum(m => m.Count()), now));
            await db.SaveChangesAsync(token);
            return reflections.Count;
        },
        commit: null,
        ct);

    /// <summary>
    /// Whether what the agency says has stayed as it was. Its row is saved with the purge: a hold or another period that is set meanwhile
    /// changes that row too, so the later of the two finds the other and runs again.
    /// </summary>
    private async Task<bool> IsStillDue(DueWords due, CancellationToken ct)
    {
        if (due.AgencyId is not { } id) return true;
        var agency = await db.Agencies.SingleAsync(a => a.Id == id, ct);
        if (agency.LegalHoldSince is not null || (agency.RetentionMonths ?? settings.RetentionMonths) != due.Months) return false;
        db.Entry(agency).Property(a => a.Version).IsModified = true;
        return true;
    }

    private sealed record DueWords(Guid CohortId, Guid? AgencyId, int Months);
}
