using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Domain;

namespace MiiWrap.Learning.Api.Data;

/// <summary>When nudges may reach a person: the programme's hours, less their own quiet hours, their leave and their agencies' closed days.</summary>
internal static class Windows
{
    public static async Task<SendingWindow> WindowOf(this LearningDb db, Person person, CancellationToken ct) => (await db.WindowsOf([person], ct))[person.Id];

    public static async Task<IReadOnlyDictionary<Guid, SendingWindow>> WindowsOf(this LearningDb db, IReadOnlyCollection<Person> people, CancellationToken ct)
    {
        var ids = people.Select(p => p.Id).ToList();
        var employed = (await db.Enrolments.Where(e => ids.Contains(e.PersonId) && e.AgencyId != null).Select(e => new { e.PersonId, AgencyId = e.AgencyId!.Value }).Distinct().ToListAsync(ct))
            .ToLookup(e => e.PersonId, e => e.AgencyId);
        var agencyIds = employed.SelectMany(e => e).Distinct().ToList();
        // Tracked, so that days which are being changed in this very save count already.
        var agencies = agencyIds.Count == 0 ? [] : await db.Agencies.Where(a => agencyIds.Contains(a.Id)).ToDictionaryAsync(a => a.Id, ct);
        return people.ToDictionary(
            p => p.Id,
            p => SendingWindow.Default.With(p.Quiet) with { ClosedDays = p.LeaveDays.Concat(employed[p.Id].SelectMany(a => agencies[a].ClosedDays)).ToHashSet() });
    }
}
