using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Domain;

namespace MiiWrap.Learning.Api.Features.Nudges;

/// <summary>What a person has been sent and will be, as a new plan must know it.</summary>
internal static class Agendas
{
    /// <summary>The person's asks of all cohorts but those of one opportunity; null for who wants no mail: what shows in the app alone has no caps.</summary>
    public static async Task<Agenda?> AgendaOf(this LearningDb db, Person person, SendingWindow window, Guid? but, DateTime now, CancellationToken ct)
    {
        if (!person.NudgesByMail) return null;
        var since = now.AddDays(-7);
        var booked = await db.Nudges.AsNoTracking()
            .Where(n => n.PersonId == person.Id && n.OpportunityId != but && (n.Status == NudgeStatus.Planned || (n.Status == NudgeStatus.Sent && n.Channel == NudgeChannel.Email && n.SentAt > since)))
            .Select(n => new { n.Id, n.Kind, n.DueAt, n.ExpiresAt, n.SentAt, IsOnItsWay = n.MessageId != null }).ToListAsync(ct);
        var agenda = new Agenda(Zones.Find(person.TimeZone), window);
        foreach (var ask in booked)
        {
            if (ask.SentAt is { } sentAt) agenda.AddMessage(sentAt);
            else if (ask.IsOnItsWay) agenda.AddMessage(now);
            else agenda.Add(ask.Id, ask.Kind, ask.DueAt, ask.ExpiresAt);
        }

        return agenda;
    }

    /// <summary>Moves the asks that gave way, in the same save.</summary>
    public static async Task Yield(this LearningDb db, Agenda? agenda, DateTime now, CancellationToken ct)
    {
        if (agenda is null || agenda.Yielded.Count == 0) return;
        var moves = agenda.Yielded.ToDictionary(y => y.Id);
        foreach (var nudge in await db.Nudges.Where(n => moves.Keys.Contains(n.Id) && n.Status == NudgeStatus.Planned && n.MessageId == null).ToListAsync(ct))
            nudge.MoveTo(moves[nudge.Id].DueAt, nudge.ExpiresAt, moves[nudge.Id].Reason, now);
    }
}
