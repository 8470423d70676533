using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Data.Entities;
using MiiWrap.Learning.Domain.Messaging;

namespace MiiWrap.Learning.Api.Mail;

internal static class NoticeQueue
{
    /// <summary>Owes each of them a mail; one that waits already speaks for all of its kind.</summary>
    public static async Task OweOnce(
        this LearningDb db, IReadOnlyCollection<Guid> people, MailKind kind, DateTime at, CancellationToken ct)
    {
        var owed = await db.Owed(people, kind, ct);
        db.AddRange(people.Where(id => !owed.Contains(id)).Select(id => OutboundMail.To(id, kind, at)));
    }

    /// <summary>Owes each of them a mail in their own hours; one that waits already speaks for all of its kind.</summary>
    public static async Task QueueNotices(
        this LearningDb db, IReadOnlyCollection<Person> people, MailKind kind, DateTime at, CancellationToken ct)
    {
        var owed = await db.Owed([.. people.Select(p => p.Id)], kind, ct);
        var untold = people.Where(p => !owed.Contains(p.Id)).ToList();
        // Whose hours cannot be read is held when it goes out.
        var windows = (await RowFault.LoadReadableAsync(
            [.. untold.Select(p => p.Id)],
            async some => (await db.WindowsOf(untold.FindAll(p => some.Contains(p.Id)), ct)).ToList(),
            (_, _) => Task.CompletedTask)).ToDictionary(w => w.Key, w => w.Value);
        foreach (var person in untold)
            db.Add(OutboundMail.To(
                person.Id, kind, at, windows.TryGetValue(person.Id, out var window) ? window.NextOpenOrLook(person, at) : at));
    }

    private static Task<HashSet<Guid>> Owed(this LearningDb db, IReadOnlyCollection<Guid> people, MailKind kind, CancellationToken ct) =>
        db.OutboundMails
            .Where(m => m.PersonId != null && people.Contains(m.PersonId.Value) && m.Kind == kind && m.SentAt == null && m.FailedAt == null)
            .Select(m => m.PersonId!.Value).ToHashSetAsync(ct);
}
