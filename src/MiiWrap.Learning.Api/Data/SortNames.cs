using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Domain.Common;

namespace MiiWrap.Learning.Api.Data;

/// <summary>
/// Works out the sort keys of rows from before there were any, or from a node that does not know them yet; no database folds names by
/// itself.
/// </summary>
internal static class SortNames
{
    private const int Batch = 500;

    public static async Task Fill(LearningDb db, CancellationToken ct)
    {
        await Fill(db,
            () => db.Cohorts.Where(c => c.SortName == "" && c.Name != "").OrderBy(c => c.Id).Select(c => new Named(c.Id, c.Name)),
            (row, key) => db.Cohorts.Where(c => c.Id == row.Id && c.Name == row.Name)
                .ExecuteUpdateAsync(s => s.SetProperty(c => c.SortName, key), ct), ct);
        await Fill(db,
            // Cohort by cohort: so the index of a cohort's page finds them.
            () => db.Cohorts
                .SelectMany(c => db.Enrolments.Where(e => e.CohortId == c.Id && e.LearnerSortName == "" && e.LearnerName != ""))
                .OrderBy(e => e.Id).Select(e => new Named(e.Id, e.LearnerName)),
            (row, key) => db.Enrolments.Where(e => e.Id == row.Id && e.LearnerName == row.Name)
                .ExecuteUpdateAsync(s => s.SetProperty(e => e.LearnerSortName, key), ct), ct);
        await Fill(db,
            () => db.Clients.Where(c => c.SortName == "" && c.Name != "").OrderBy(c => c.Id).Select(c => new Named(c.Id, c.Name)),
            (row, key) => db.Clients.Where(c => c.Id == row.Id && c.Name == row.Name)
                .ExecuteUpdateAsync(s => s.SetProperty(c => c.SortName, key), ct), ct);
        await FillAgencies(db, ct);
        await FillPeople(db, ct);
    }

    /// <summary>The oldest of those that are called alike keeps the name for itself.</summary>
    private static async Task FillAgencies(LearningDb db, CancellationToken ct)
    {
        await Fill(db,
            () => db.Agencies.Where(a => a.SortName == "" && a.Name != "").OrderBy(a => a.Id).Select(a => new Named(a.Id, a.Name)),
            (row, key) => db.Agencies.Where(a => a.Id == row.Id && a.Name == row.Name)
                .ExecuteUpdateAsync(s => s.SetProperty(a => a.SortName, key), ct), ct);
        var first = await db.Agencies.Where(a => a.UniqueSortName == null && a.SortName != ""
            && !db.Agencies.Any(o => o.SortName == a.SortName && (o.UniqueSortName != null || o.Id.CompareTo(a.Id) < 0)))
            .Select(a => new Named(a.Id, a.SortName)).ToListAsync(ct);
        foreach (var row in first)
            await db.Agencies.Where(a => a.Id == row.Id && a.SortName == row.Name
                && !db.Agencies.Any(o => o.UniqueSortName == row.Name))
                .ExecuteUpdateAsync(s => s.SetProperty(a => a.UniqueSortName, row.Name), ct);
    }

    /// <summary>People have words beside their key, which are written with them.</summary>
    private static async Task FillPeople(LearningDb db, CancellationToken ct)
    {
        while (true)
        {
            var found = await db.RetryLostRacesAsync(async () =>
            {
                var people = await db.Users.AsTracking().Where(p => p.SortName == "" && p.Name != "").OrderBy(p => p.Id).Take(Batch)
                    .ToListAsync(ct);
                foreach (var person in people) person.Name = person.Name;
                await db.SaveChangesAsync(ct);
                db.ChangeTracker.Clear();
                return people.Count;
            });
            if (found == 0) return;
        }
    }

    private static async Task Fill(
        LearningDb db, Func<IQueryable<Named>> unsorted, Func<Named, string, Task<int>> set, CancellationToken ct)
    {
        while (true)
        {
            var rows = await unsorted().Take(Batch).ToListAsync(ct);
            if (rows.Count == 0) return;
            await db.InTransactionAsync(async _ =>
            {
                foreach (var row in rows) await set(row, SortKey.Of(row.Name));
                return true;
            }, commit: null, ct);
        }
    }

    private sealed record Named(Guid Id, string Name);
}
