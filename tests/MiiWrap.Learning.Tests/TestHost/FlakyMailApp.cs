using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using MiiWrap.Learning.Api.Mail;

namespace MiiWrap.Learning.Tests.TestHost;

/// <summary>A host whose mail server can be taken down.</summary>
public class FlakyMailApp : LearningApp
{
    public bool MailIsDown { get; set; }

    protected override void Replace(IServiceCollection services)
    {
        services.RemoveAll<IMailer>();
        services.AddSingleton<PickupMailer>();
        services.AddSingleton<IMailer>(sp => new FlakyMailer(this, sp.GetRequiredService<PickupMailer>()));
    }

    private sealed class FlakyMailer(FlakyMailApp app, PickupMailer mailer) : IMailer
    {
        public Task Send(OutgoingMail mail, CancellationToken ct) =>
            app.MailIsDown ? throw new MailException("The mail server is down.") : mailer.Send(mail, ct);
    }
}
