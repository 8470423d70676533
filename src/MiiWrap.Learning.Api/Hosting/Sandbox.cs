using System.Text.RegularExpressions;
using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Configuration;
using MiiWrap.Learning.Api.Content;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Data.Entities;
using MiiWrap.Learning.Api.Features.Demonstration;
using MiiWrap.Learning.Api.Features.Nudges;
using MiiWrap.Learning.Api.Http;
using MiiWrap.Learning.Api.Jobs;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Messaging;
using MiiWrap.Learning.Domain.Nudges;
using MimeKit;

namespace MiiWrap.Learning.Api.Hosting;

/// <summary>Where the sandbox's clock stands now, and what was done on the way.</summary>
/// <param name="Ran">How often each recurring request was sent.</param>
public sealed record SandboxMoved(DateTimeOffset Now, IReadOnlyList<SandboxRun> Ran);

/// <summary>One recurring request.</summary>
public sealed record SandboxRun(string Name, int Count);

/// <summary>A mail as its receiver would read it.</summary>
/// <param name="Nudges">The check-ins that it brings.</param>
public sealed record SandboxMail(
    string To, string Subject, DateTimeOffset SentAt, string Text, IReadOnlyList<string> Links, IReadOnlyList<Guid> Nudges);

/// <summary>
/// For authors of front ends, in Development alone: weeks pass within seconds, mails can be read, and everything can begin anew.
/// </summary>
internal sealed partial class Sandbox(Settings settings, TimeProvider time, IEnumerable<IHoldsRows> held, IServiceScopeFactory scopes)
    : IDisposable
{
    private static readonly TimeSpan LongestMove = TimeSpan.FromSeconds(30);

    // What cannot be done yet is due again at each look.
    private static readonly TimeSpan LeastStep = TimeSpan.FromMinutes(1);

    private readonly SandboxClock clock = (SandboxClock)time;
    private readonly SemaphoreSlim oneAtATime = new(1);

    public void Dispose() => oneAtATime.Dispose();

    /// <summary>
    /// Moves the clock on, from one due moment to the next, and does at each what the jobs would have done; after 30 seconds it stops where
    /// it is, and a further request goes on from there.
    /// </summary>
    public async Task<SandboxMoved> MoveTo(DateTimeOffset target, CancellationToken ct)
    {
        using var turn = await Turn(ct);
        var begun = MachineClock.Instance.GetTimestamp();
        if (target < clock.GetUtcNow())
            throw new RuleException("sandbox.clock.backwards", $"The clock stands at {clock.GetUtcNow():O}; it moves on only.");
        var counts = JobSchedule.All.ToDictionary(r => r.Name, _ => 0);
        var last = JobSchedule.All.ToDictionary(r => r.Name, _ => clock.GetUtcNow());
        for (var isThere = false; !isThere && MachineClock.Instance.GetElapsedTime(begun) < LongestMove;)
        {
            var next = await NextDue(ct) is { } due && due < target ? due : target;
            isThere = next == target;
            // It goes on by itself too, and may be there already.
            clock.TryMoveTo(next);
            foreach (var recurring in JobSchedule.All.Where(r => isThere || clock.GetUtcNow() - last[r.Name] >= r.Every))
            {
                await using var scope = scopes.CreateAsyncScope();
                await recurring.Send(scope.ServiceProvider.GetRequiredService<IMediator>(), ct);
                last[recurring.Name] = clock.GetUtcNow();
                counts[recurring.Name]++;
            }
        }

        return new(clock.GetUtcNow(), [.. counts.Where(c => c.Value > 0).Select(c => new SandboxRun(c.Key, c.Value))]);
    }

    /// <summary>The mails in the folder, the newest first.</summary>
    /// <param name="to">Only those to this address.</param>
    public async Task<IReadOnlyList<SandboxMail>> Mails(string? to, CancellationToken ct)
    {
        var mails = new List<SandboxMail>();
        // Their names begin with their time.
        foreach (var file in MailFiles().OrderDescending(StringComparer.Ordinal))
        {
            if (mails.Count == Paging.MostLimit) break;
            using var mail = await MimeMessage.LoadAsync(file, ct);
            var address = mail.To.Mailboxes.First().Address;
            if (to is not null && !address.Equals(to.Trim(), StringComparison.OrdinalIgnoreCase)) continue;
            var text = mail.TextBody ?? "";
            var nudges = (mail.Headers[NudgeMail.NudgesHeader] ?? "")
                .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(Guid.Parse);
            mails.Add(new(address, mail.Subject ?? "", mail.Date, text, [.. Link().Matches(text).Select(m => m.Value)], [.. nudges]));
        }

        return mails;
    }

    /// <summary>
    /// Empties every table but those of keys, and the mails' folder, and fills the database as at a first start. The clock stays.
    /// </summary>
    public async Task Reset(CancellationToken ct)
    {
        using var turn = await Turn(ct);
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<LearningDb>();
        var tables = db.Model.GetEntityTypes().Where(t => t.ClrType != typeof(ProtectionKey) && t.ClrType != typeof(AuthorizationKey))
            .Select(t => t.GetTableName()).OfType<string>().Distinct().ToList();
        // Rows refer to one another in a ring: the references are not looked at until all of them are gone.
        await db.Database.OpenConnectionAsync(ct);
        await db.Database.ExecuteSqlRawAsync("PRAGMA foreign_keys=OFF", ct);
        try
        {
            await using var transaction = await db.BeginWriteAsync(ct);
#pragma warning disable EF1002 // The names are those of the model's own tables.
            foreach (var table in tables) await db.Database.ExecuteSqlRawAsync($"DELETE FROM \"{table}\"", ct);
#pragma warning restore EF1002
            await transaction.CommitAsync(ct);
        }
        finally
        {
            await db.Database.ExecuteSqlRawAsync("PRAGMA foreign_keys=ON", CancellationToken.None);
            await db.Database.CloseConnectionAsync();
        }

        // Whoever was here is nobody any more, whatever token they hold.
        foreach (var rows in held) rows.Clear();
        foreach (var file in MailFiles()) File.Delete(file);
        await scope.ServiceProvider.GetRequiredService<ContentImport>().PublishFolder(settings.ContentFolder, ct);
        await scope.ServiceProvider.GetRequiredService<DemonstrationSeed>().SeedOnce(ct);
    }

    private string[] MailFiles() =>
        Directory.Exists(settings.Mail.PickupFolder) ? Directory.GetFiles(settings.Mail.PickupFolder, "*.eml") : [];

    private async Task<IDisposable> Turn(CancellationToken ct)
    {
        await oneAtATime.WaitAsync(ct);
        return new Release(oneAtATime);
    }

    /// <summary>When a check-in, a mail or a delivery is due next; null when nothing waits.</summary>
    private async Task<DateTimeOffset?> NextDue(CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<LearningDb>();
        var soonest = clock.GetUtcNow().UtcDateTime + LeastStep;
        DateTime?[] waiting =
        [
            await db.Nudges.Where(n => n.Status == NudgeStatus.Planned && n.MessageId == null).MinAsync(n => (DateTime?)n.DueAt, ct),
            await db.NudgeMessages.Where(m => m.SentAt == null && m.FailedAt == null).MinAsync(m => (DateTime?)m.LeaseUntil, ct),
            await db.OutboundMails.Where(m => m.SentAt == null && m.FailedAt == null).MinAsync(m => (DateTime?)m.LeaseUntil, ct),
            await db.WebhookDeliveries.Where(d => d.Status == DeliveryStatus.Pending).MinAsync(d => (DateTime?)d.LeaseUntil, ct),
        ];
        return waiting.Min() is { } due ? new DateTimeOffset(due > soonest ? due : soonest, TimeSpan.Zero) : null;
    }

    private sealed class Release(SemaphoreSlim turns) : IDisposable
    {
        public void Dispose() => turns.Release();
    }

    [GeneratedRegex(@"https?://\S+", RegexOptions.None, 1000)]
    private static partial Regex Link();
}
