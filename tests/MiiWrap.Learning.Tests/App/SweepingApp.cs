using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using MiiWrap.Learning.Api.Features.Nudges;
using MiiWrap.Learning.Api.Mail;

namespace MiiWrap.Learning.Tests.App;

/// <summary>A sweep takes whatever is due, so the tests that sweep have a host of their own and take turns on it.</summary>
[CollectionDefinition(nameof(Sweeps))]
public sealed class Sweeps : ICollectionFixture<SweepingApp>;

/// <summary>What the mail server of a sweep does.</summary>
public enum MailServer
{
    Works,
    Refuses,

    /// <summary>It takes the mail, and the sender dies before it can write that down.</summary>
    TakesAndSenderDies,
}

public sealed class SweepingApp : LearningApp
{
    public MailServer MailServer { get; set; }

    /// <summary>Forgets what other tests have planned.</summary>
    public async Task Clear()
    {
        MailServer = MailServer.Works;
        await InDb(async db =>
        {
            await db.Database.ExecuteSqlRawAsync("DELETE FROM Nudges", TestContext.Current.CancellationToken);
            return await db.Database.ExecuteSqlRawAsync("DELETE FROM NudgeMessages", TestContext.Current.CancellationToken);
        });
    }

    /// <summary>Sets the clock and sweeps.</summary>
    internal Task<SweepReport> SweepAt(DateTimeOffset now)
    {
        TestClock.Set(now);
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
            if (app.MailServer == MailServer.Refuses) throw new System.Net.Mail.SmtpException("The mail server is down.");
            await folder.Send(mail, ct);
            if (app.MailServer == MailServer.TakesAndSenderDies) throw new OperationCanceledException("The process ends here.");
        }
    }
}
