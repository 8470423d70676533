using System.Net;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MiiWrap.Learning.Api.Features.Mails;
using MiiWrap.Learning.Api.Mail;
using MiiWrap.Learning.Domain.Messaging;
using MiiWrap.Learning.Domain.Nudges;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Features.Mails;

/// <summary>A programme admin looks up which mails did not get through, and has them sent again when the reason is gone.</summary>
[StandingClock]
public sealed class ListMailsTests : IClassFixture<OwnDatabaseApp>, IAsyncDisposable
{
    private const string NoMailbox = "The mail server answered 550 5.1.1: there is no such mailbox.";

    private readonly OwnDatabaseApp app;
    private readonly WebApplicationFactory<Program> host;
    private readonly RefusingMailer mailer = new();

    public ListMailsTests(OwnDatabaseApp app)
    {
        this.app = app;
        host = app.WithWebHostBuilder(b => b.ConfigureTestServices(s => s.AddSingleton<IMailer>(mailer)));
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Fact]
    public async Task An_invitation_that_no_server_took_is_found_with_its_reason_and_goes_out_when_sent_again()
    {
        await Empty();
        var admin = await app.Admin();
        var email = Given.Address("gone");
        var id = (Guid)(await admin.Http.Post("/v1/people", new { email, name = "Pat Gone", timeZone = "UTC" }))
            .Expect(HttpStatusCode.Created)["id"]!;
        mailer.Fails = new MailException("550 5.1.1 <someone.else@example.org> says: You are invited") { Fault = NoMailbox };
        await Sweep();

        var waiting = Assert.Single((await admin.Http.Read("/v1/mails?status=pending")).Ok()["items"]!.AsArray())!;
        Assert.Equal((NoMailbox, 1, (string?)null), ((string)waiting["reason"]!, (int)waiting["attempts"]!, (string?)waiting["failedAt"]));
        Assert.Equal(FlowingClock.Now.UtcDateTime.AddSeconds(15), (DateTime)waiting["nextAttemptAt"]!, TimeSpan.FromSeconds(5));
        foreach (var wait in OutboundMail.RetryAfter)
        {
            FlowingClock.Advance(wait);
            await Sweep();
        }

        var answer = (await admin.Http.Read("/v1/mails?status=failed")).Ok();
        var failed = Assert.Single(answer["items"]!.AsArray(), m => (string)m!["kind"]! == "invitation")!;
        Assert.Equal((id, "Pat Gone", email), ((Guid)failed["recipient"]!["id"]!, (string)failed["recipient"]!["name"]!,
            (string)failed["recipient"]!["email"]!));
        Assert.Equal((NoMailbox, 9), ((string)failed["reason"]!, (int)failed["attempts"]!));
        Assert.NotNull((string?)failed["failedAt"]);
        Assert.Null((string?)failed["nextAttemptAt"]);
        Assert.DoesNotContain("someone.else", answer.Body, StringComparison.Ordinal);

        mailer.Fails = null;
        (await admin.Http.Post($"/v1/mails/{failed["id"]}/resend")).Expect(HttpStatusCode.NoContent);
        Assert.DoesNotContain((await admin.Http.Read("/v1/mails")).Ok()["items"]!.AsArray(), m => (Guid)m!["id"]! == (Guid)failed["id"]!);
        // A second click finds it waiting; after it went out there is nothing left to send.
        (await admin.Http.Post($"/v1/mails/{failed["id"]}/resend")).Expect(HttpStatusCode.NoContent);
        await Sweep();
        Assert.Equal(email, Assert.Single(mailer.Sent, m => m.Id == (Guid)failed["id"]!).To.Address);
        (await admin.Http.Post($"/v1/mails/{failed["id"]}/resend")).Expect(HttpStatusCode.Conflict, "mail.sent");
    }

    [Fact]
    public async Task What_was_said_by_a_later_mail_or_is_needless_is_not_sent_again()
    {
        await Empty();
        var (admin, person) = (await app.Admin(), await app.Person());
        var now = FlowingClock.Now.UtcDateTime;
        var (old, later, needless) = (GivenUp(person.Id, now), OutboundMail.To(person.Id, MailKind.FeedbackReady, now.AddSeconds(1)),
            OutboundMail.To(person.Id, MailKind.WordsRedacted, now));
        needless.Discard(now);
        await Add(old, later, needless);

        (await admin.Http.Post($"/v1/mails/{old.Id}/resend")).Expect(HttpStatusCode.Conflict, "mail.sent");
        (await admin.Http.Post($"/v1/mails/{needless.Id}/resend")).Expect(HttpStatusCode.Conflict, "mail.needless");
        (await admin.Http.Post($"/v1/mails/{Guid.NewGuid()}/resend")).Expect(HttpStatusCode.NotFound);
        var listed = (await admin.Http.Read("/v1/mails?status=failed")).Ok()["items"]!.AsArray().Select(m => (Guid)m!["id"]!);
        Assert.Equal([old.Id], listed);
    }

    [Fact]
    public async Task A_mail_about_something_else_does_not_say_the_same()
    {
        var (admin, cohort) = (await app.Admin(), await app.Cohort());
        var learner = await app.Learner(cohort);
        (await cohort.LetCoach((await app.Person()).Id, learner.Id)).Expect(HttpStatusCode.Created);
        await Empty();
        var now = FlowingClock.Now.UtcDateTime;
        var sessions = new List<Guid>();
        foreach (var days in new[] { 9, 20 })
            sessions.Add((Guid)(await cohort.Instructor.Http.Plan(FlowingClock.Now.AddDays(days), learner.Id))
                .Expect(HttpStatusCode.Created)["id"]!);
        await Empty();
        var (first, again) = (Planned(0, 0), Planned(1, 1));
        var (changing, other) = (OutboundMail.ToAddress("old@example.org", learner.Id, MailKind.AddressChanging, now),
            OutboundMail.ToAddress("new@example.org", learner.Id, MailKind.AddressChanging, now.AddSeconds(1)));
        var (named, later) = (OutboundMail.To(cohort.Instructor.Id, MailKind.CoachAppointed, now, cohortId: cohort.Id),
            OutboundMail.To(cohort.Instructor.Id, MailKind.CoachAppointed, now.AddSeconds(1), cohortId: cohort.Id));
        foreach (var mail in new[] { first, changing, named }) GiveUp(mail, now);
        await Add(first, again, changing, other, named, later);
        foreach (var mail in new[] { first, changing, named })
            (await admin.Http.Post($"/v1/mails/{mail.Id}/resend")).Expect(HttpStatusCode.NoContent);
        // About the same session it does.
        var moved = Planned(0, 0, MailKind.SessionMoved);
        GiveUp(moved, now);
        await Add(moved, Planned(0, 1, MailKind.SessionMoved));
        (await admin.Http.Post($"/v1/mails/{moved.Id}/resend")).Expect(HttpStatusCode.Conflict, "mail.sent");

        OutboundMail Planned(int which, int second, MailKind kind = MailKind.SessionPlanned) =>
            OutboundMail.AboutSession(sessions[which], learner.Id, kind, now.AddSeconds(second));
    }

    [Fact]
    public async Task Check_ins_that_failed_are_listed_among_the_others_page_by_page_and_not_sent_late()
    {
        await Empty();
        var (admin, person) = (await app.Admin(), await app.Person("Lou Learner"));
        var now = FlowingClock.Now.UtcDateTime;
        var expected = new List<Guid>();
        for (var i = 0; i < 5; i++)
        {
            MailMessage mail = i % 2 == 0 ? GivenUp(person.Id, now.AddMinutes(i)) : CheckInGivenUp(person.Id, now.AddMinutes(i), i);
            await Add(mail);
            expected.Insert(0, mail.Id);
        }

        var (walked, kinds, next) = (new List<Guid>(), new List<string>(), (string?)"/v1/mails?status=failed&limit=2");
        while (next is not null)
        {
            var page = (await admin.Http.Read(next)).Ok();
            walked.AddRange(page["items"]!.AsArray().Select(m => (Guid)m!["id"]!));
            kinds.AddRange(page["items"]!.AsArray().Select(m => (string)m!["kind"]!));
            next = (string?)page["next"] is { } cursor ? $"/v1/mails?status=failed&limit=2&cursor={cursor}" : null;
        }

        Assert.Equal(expected, walked);
        Assert.Equal(["feedbackReady", "checkIn", "feedbackReady", "checkIn", "feedbackReady"], kinds);
        (await admin.Http.Post($"/v1/mails/{expected[1]}/resend")).Expect(HttpStatusCode.Conflict, "mail.checkIn.ended");
        (await admin.Http.Read("/v1/mails?status=lost")).Expect(HttpStatusCode.UnprocessableEntity);
        (await person.Http.Read("/v1/mails")).Expect(HttpStatusCode.Forbidden, "role.required");
    }

    private static OutboundMail GivenUp(Guid personId, DateTime at)
    {
        var mail = OutboundMail.To(personId, MailKind.FeedbackReady, at);
        GiveUp(mail, at);
        return mail;
    }

    private static void GiveUp(OutboundMail mail, DateTime at)
    {
        do mail.Claim(at);
        while (!mail.ScheduleRetry(at, NoMailbox));
    }

    private static NudgeMessage CheckInGivenUp(Guid personId, DateTime at, int day)
    {
        var message = NudgeMessage.Claim(personId, DateOnly.FromDateTime(at).AddDays(day), at);
        while (!message.ScheduleRetry(at, NoMailbox)) message.Claim(at);
        return message;
    }

    private Task<int> Add(params MailMessage[] mails) => app.InDb(db =>
    {
        db.AddRange(mails.Cast<object>());
        return db.SaveChangesAsync(Ct);
    });

    private Task<int> Empty() => app.InDb(async db => await db.OutboundMails.ExecuteDeleteAsync(Ct)
        + await db.NudgeMessages.ExecuteDeleteAsync(Ct));

    private async Task Sweep()
    {
        await using var scope = host.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<MediatR.IMediator>().Send(new SendMails(), Ct);
    }

    private sealed class RefusingMailer : IMailer
    {
        public List<OutgoingMail> Sent { get; } = [];

        public MailException? Fails { get; set; }

        public Task Send(OutgoingMail mail, CancellationToken ct)
        {
            if (Fails is not null) return Task.FromException(Fails);
            Sent.Add(mail);
            return Task.CompletedTask;
        }
    }
}
