using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Data.Entities;
using MiiWrap.Learning.Domain.Cohorts;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Enrolments;

namespace MiiWrap.Learning.Api.Data;

/// <summary>
/// Works out the sort keys of rows from before there were any, or from a node that does not know them yet or folds otherwise; no database
/// folds names by itself.
/// </summary>
internal static class SortNames
{
    private const int Batch = 500;

    // Letters that stood in keys before small letters were folded by way of their capitals; no key that is worked out now has any.
    private const string Outdated = "\u03C2\u1C80\u1C81\u1C82\u1C83\u1C84\u1C85\u1C86\u1C87\u1C88";

    // The same of words, which also kept these.
    private const string OutdatedInWords = Outdated + "\u014B\u0167";

    public static async Task Fill(LearningDb db, CancellationToken ct)
    {
        await Fill(
            db,
            [
                () => db.Cohorts.Where(c => c.SortName == "" && c.Name != ""),
                () => db.Cohorts.Where(Have<Cohort>(c => c.SortName, Outdated)),
            ],
            some => some.OrderBy(c => c.Id).Select(c => new Named(c.Id, c.Name)),
            (row, key) => db.Cohorts.Where(c => c.Id == row.Id && c.Name == row.Name)
                .ExecuteUpdateAsync(s => s.SetProperty(c => c.SortName, key), ct), ct);
        await Fill(
            db,
            [
                // Cohort by cohort: so the index of a cohort's page finds them.
                () => db.Cohorts
                    .SelectMany(c => db.Enrolments.Where(e => e.CohortId == c.Id && e.LearnerSortName == "" && e.LearnerName != "")),
                () => db.Enrolments.Where(Have<Enrolment>(e => e.LearnerSortName, Outdated))
                    .Join(db.Cohorts, e => e.CohortId, c => c.Id, (e, _) => e),
            ],
            some => some.OrderBy(e => e.Id).Select(e => new Named(e.Id, e.LearnerName)),
            (row, key) => db.Enrolments.Where(e => e.Id == row.Id && e.LearnerName == row.Name)
                .ExecuteUpdateAsync(s => s.SetProperty(e => e.LearnerSortName, key), ct), ct);
        await Fill(
            db,
            [
                () => db.Clients.Where(c => c.SortName == "" && c.Name != ""),
                () => db.Clients.Where(Have<ApiClient>(c => c.SortName, Outdated)),
            ],
            some => some.OrderBy(c => c.Id).Select(c => new Named(c.Id, c.Name)),
            (row, key) => db.Clients.Where(c => c.Id == row.Id && c.Name == row.Name)
                .ExecuteUpdateAsync(s => s.SetProperty(c => c.SortName, key), ct), ct);
        await FillAgencies(db, ct);
        await FillPeople(db, ct);
    }

    /// <summary>The oldest of those that are called alike keeps the name for itself, unless another has it already.</summary>
    private static async Task FillAgencies(LearningDb db, CancellationToken ct)
    {
        await Fill(
            db,
            [
                () => db.Agencies.Where(a => a.SortName == "" && a.Name != ""),
                () => db.Agencies.Where(Have<Agency>(a => a.SortName, Outdated)),
            ],
            some => some.OrderBy(a => a.Id).Select(a => new Named(a.Id, a.Name)),
            (row, key) => db.Agencies.Where(a => a.Id == row.Id && a.Name == row.Name)
                .ExecuteUpdateAsync(s => s.SetProperty(a => a.SortName, key).SetProperty(a => a.UniqueSortName, (string?)null), ct), ct);
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
                var outdated = db.PersonWords.Where(Have<PersonWord>(w => w.Word, OutdatedInWords)).Select(w => w.PersonId);
                var people = await db.Users.AsTracking().Where(p => (p.SortName == "" && p.Name != "") || outdated.Contains(p.Id))
                    .OrderBy(p => p.Id).Take(Batch).ToListAsync(ct);
                foreach (var person in people)
                {
                    person.Name = person.Name;
                    // The words are outdated even where the key is not.
                    db.Entry(person).Property(p => p.SortName).IsModified = true;
                }

                await db.SaveChangesAsync(ct);
                db.ChangeTracker.Clear();
                return people.Count;
            });
            if (found == 0) return;
        }
    }

    private static async Task Fill<T>(
        LearningDb db, IReadOnlyList<Func<IQueryable<T>>> unsorted, Func<IQueryable<T>, IQueryable<Named>> read,
        Func<Named, string, Task<int>> set, CancellationToken ct)
    {
        foreach (var some in unsorted)
        {
            while (await read(some()).Take(Batch).ToListAsync(ct) is { Count: > 0 } rows)
            {
                await db.InTransactionAsync(async _ =>
                {
                    foreach (var row in rows) await set(row, SortKey.Of(row.Name));
                    return true;
                }, commit: null, ct);
            }
        }
    }

    /// <summary>Rows whose key has any of these letters.</summary>
    private static Expression<Func<T, bool>> Have<T>(Expression<Func<T, string>> key, string letters)
    {
        var contains = typeof(string).GetMethod(nameof(string.Contains), [typeof(string)])!;
        var any = letters.Select(letter => (Expression)Expression.Call(key.Body, contains, Expression.Constant(letter.ToString())))
            .Aggregate(Expression.OrElse);
        return Expression.Lambda<Func<T, bool>>(any, key.Parameters);
    }

    private sealed record Named(Guid Id, string Name);
}
