using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using MiiWrap.Learning.Api.Features.Nudges;
using MiiWrap.Learning.Api.Mail;

namespace MiiWrap.Learning.Tests.TestHost;

/// <summary>A sweep takes whatever is due, so the tests that sweep have a host of their own and take turns on it.</summary>
[CollectionDefinition(nameof(SweepCollection))]
public sealed class SweepCollection : ICollectionFixture<SweepingApp>;

/// <summary>What the mail server of a sweep does.</summary>
public enum MailServer
{
    Works,
    Refuses,

    /// <summary>It takes the mail, and the sender dies before it can write that down.</summary>
    TakesAndSenderDies,

    /// <summary>It takes forty seconds for each mail, and the other node sweeps meanwhile.</summary>
    IsSlow,
}

public sealed class SweepingApp : LearningApp
{
    public static readonly TimeSpan Slowness = TimeSpan.FromSeconds(40);

    public MailServer MailServer { get; set; }

    /// <summary>What the other node does while a slow server takes a mail.</summary>
    public Func<Task> OtherNode { get; set; } = () => Task.CompletedTask;

    /// <summary>Every mail that the server took, and when; a mail that comes twice stands here twice.</summary>
    public ConcurrentQueue<(DateTimeOffset At, OutgoingMail Mail)> Taken { get; } = new();

    /// <summary>Forgets what other tests have planned.</summary>
    public async Task Clear()
    {
        MailServer = MailServer.Works;
        Taken.Clear();
        await InDb(async db =>
        {
            await db.Database.ExecuteSqlRawAsync("DELETE FROM Nudges", TestContext.Current.CancellationToken);
            await db.Database.ExecuteSqlRawAsync("DELETE FROM OutboundMails", TestContext.Current.CancellationToken);
            return await db.Database.ExecuteSqlRawAsync("DELETE FROM NudgeMessages", TestContext.Current.CancellationToken);
        });
    }

    /// <summary>Sets the clock and sweeps.</summary>
    internal Task<SweepReport> SweepAt(DateTimeOffset now)
    {
        FlowingClock.Set(now);
        return Send(new SendDueNudges());
    }

    protected override void Replace(IServiceCollection services)
    {
        services.RemoveAll<IMailer>();
        services.AddSingleton<PickupMailer>();
        services.AddSingleton<IMailer>(sp => new Mailer(this, sp.GetRequiredService<PickupMailer>()));
    }

    private sealed class Mailer(SweepingApp app, PickupMailer folder) : IMailer
    {
        public async Task Send(OutgoingMail mail, CancellationToken ct)
        {
            if (app.MailServer == MailServer.Refuses) throw new MailException("The mail server is down.");
            if (app.MailServer == MailServer.IsSlow)
            {
                FlowingClock.Advance(Slowness);
                // The other node is served at once: one slow line is enough.
                app.MailServer = MailServer.Works;
                await app.OtherNode();
                app.MailServer = MailServer.IsSlow;
            }

            await folder.Send(mail, ct);
            app.Taken.Enqueue((FlowingClock.Now, mail));
            if (app.MailServer == MailServer.TakesAndSenderDies) throw new OperationCanceledException("The process ends here.");
        }
    }
}
