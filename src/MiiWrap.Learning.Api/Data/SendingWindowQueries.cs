using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Data.Entities;
using MiiWrap.Learning.Domain.Cohorts;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Enrolments;
using MiiWrap.Learning.Domain.Nudges;

namespace MiiWrap.Learning.Api.Data;

/// <summary>
/// When nudges and notices may reach a person: the programme's hours, less their own quiet hours, their leave and their agencies' closed
/// days.
/// </summary>
internal static class SendingWindowQueries
{
    /// <summary>A person, to be changed or not, and their window.</summary>
    public static async Task<(Person Person, SendingWindow Window)> LoadRecipientAsync(
        this LearningDb db, Guid personId, CancellationToken ct)
    {
        // Next to everybody has one agency or none. The id is named again within: SQLite works a joined subquery out before it knows for
        // which row.
        var found = await db.Users.Where(p => p.Id == personId).Select(p => new
        {
            Person = p,
            Agencies = db.Enrolments.Where(e => e.PersonId == p.Id && e.PersonId == personId && e.Status != EnrolmentStatus.Withdrawn)
                .Join(db.Agencies, e => e.AgencyId, a => a.Id, (_, a) => a).ToList(),
        }).AsSingleQuery().SingleAsync(ct);
        return (found.Person, WindowOf(found.Person, found.Agencies));
    }

    /// <summary>
    /// The same, for who plans by it: a change of leave, hours or zone that comes meanwhile meets the plan on the person's row.
    /// </summary>
    public static async Task<(Person Person, SendingWindow Window)> LoadToPlanAsync(
        this LearningDb db, Guid personId, CancellationToken ct)
    {
        var found = await db.LoadRecipientAsync(personId, ct);
        db.Touch(found.Person);
        return found;
    }

    public static async Task<IReadOnlyDictionary<Guid, SendingWindow>> WindowsOf(
        this LearningDb db, IReadOnlyCollection<Person> people, CancellationToken ct)
    {
        var ids = people.Select(p => p.Id).ToList();
        var enrolments = await db.Enrolments.Where(e => ids.Contains(e.PersonId))
            .Select(e => new { e.Id, e.PersonId, e.AgencyId, e.Status }).ToListAsync(ct);
        // What is being changed in this very save counts as it will be.
        var changing = db.Enrolments.Local.Where(e => ids.Contains(e.PersonId)).ToList();
        var unchanged = enrolments.Where(e => !changing.Exists(c => c.Id == e.Id));
        var employed = unchanged.Concat(changing.Select(e => new { e.Id, e.PersonId, e.AgencyId, e.Status }))
            .Where(e => e.AgencyId is not null && e.Status != EnrolmentStatus.Withdrawn)
            .Select(e => (e.PersonId, AgencyId: e.AgencyId!.Value)).Distinct().ToLookup(e => e.PersonId, e => e.AgencyId);
        var agencyIds = employed.SelectMany(e => e).Distinct().ToList();
        // Tracked, so that days which are being changed in this very save count already.
        var agencies = agencyIds.Count == 0 ? [] : await db.Agencies.Where(a => agencyIds.Contains(a.Id)).ToDictionaryAsync(a => a.Id, ct);
        return people.ToDictionary(
            p => p.Id,
            p => WindowOf(p, employed[p.Id].Select(a => agencies[a])));
    }

    /// <summary>
    /// The next moment within somebody's hours. Nothing is sent by a guess at them: where their zone is gone, or no open moment comes, when
    /// to look again, since a zone is mended, and leave and closed days are taken back.
    /// </summary>
    public static DateTime NextOpenOrLook(this SendingWindow window, Person person, DateTime now) =>
        Zones.TryFind(person.TimeZone, out var zone) ? window.NextOpen(now, zone) ?? now.AddDays(1) : now + RowFault.Pause;

    private static SendingWindow WindowOf(Person person, IEnumerable<Agency> agencies) =>
        SendingWindow.Default.With(person.Quiet) with { ClosedDays = person.LeaveDays.Concat(agencies.SelectMany(a => a.ClosedDays))
            .ToHashSet() };
}
