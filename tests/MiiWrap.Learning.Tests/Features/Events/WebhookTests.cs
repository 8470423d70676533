using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MiiWrap.Learning.Api.Features.Events;
using MiiWrap.Learning.Api.Features.Mails;
using MiiWrap.Learning.Domain.Messaging;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Features.Events;

/// <summary>A host of its own, which may reach the receiver on this machine.</summary>
public sealed class WebhooksApp : LearningApp
{
    protected override IReadOnlyDictionary<string, string> Settings =>
        new Dictionary<string, string> { ["Webhooks:AllowPrivateNetworks"] = "true" };
}

/// <summary>Events reach another program at its own address, signed, until it has them or is gone.</summary>
[StandingClock]
public sealed class WebhookTests(WebhooksApp app) : IClassFixture<WebhooksApp>, IAsyncLifetime
{
    private WebhookReceiver receiver = null!;
    private TestPerson admin = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        receiver = await WebhookReceiver.Start();
        admin = await app.Admin();
        // Each test alone: a sweep sends to every webhook there is.
        await app.InDb(db => db.Webhooks.ExecuteDeleteAsync(Ct));
        await app.Send(new SequenceEvents());
    }

    public ValueTask DisposeAsync() => receiver.DisposeAsync();

    [Fact]
    public async Task A_webhook_gets_the_events_that_it_wants_signed()
    {
        var webhook = await Register("enrolment.created", "unit.completed");
        var learner = await app.Learner();
        (await learner.Http.Post($"{learner.Unit("2.4-watching-voice-and-power")}/complete", Given.IfThen())).Ok();
        await learner.HandIn();

        var sweep = await app.Send(new DeliverWebhooks());

        Assert.Equal(new WebhookSweep(2, 0, null), sweep);
        Assert.Equal(["enrolment.created", "unit.completed"], receiver.All.Select(r => (string)r.Json["type"]!).Order());
        var completed = receiver.All.Single(r => (string)r.Json["type"]! == "unit.completed");
        Assert.Equal(learner.EnrolmentId, (Guid)completed.Json["data"]!["enrolmentId"]!);
        Assert.Equal(completed.Id, (string)completed.Json["id"]!);
        Assert.StartsWith("application/json", completed.Headers["Content-Type"], StringComparison.Ordinal);
        Assert.DoesNotContain("traceparent", completed.Headers.Keys);
        Assert.Equal(FlowingClock.Now.ToUnixTimeSeconds().ToString(), completed.Headers["webhook-timestamp"]);
        Assert.Equal(SignatureOf(completed, webhook.Secret), completed.Headers["webhook-signature"]);
        var listed = (await admin.Http.Read($"{webhook.Path}/deliveries")).Ok()["items"]!.AsArray();
        Assert.Equal(["delivered", "delivered"], listed.Select(d => (string)d!["status"]!));
        Assert.All(listed, d => Assert.Equal(
            ("status 204", 1, true), ((string)d!["outcome"]!, (int)d["attempts"]!, d["nextTryAt"] is null)));

        await app.Send(new DeliverWebhooks());
        Assert.Equal(2, receiver.All.Count);
    }

    [Fact]
    public async Task A_damaged_event_is_given_up_at_once_and_switches_nothing_off()
    {
        var webhook = await Register("enrolment.created");
        var (damaged, sound) = (await app.Learner(), await app.Learner());
        await app.Send(new SequenceEvents());
        await app.InDb(db => db.Database.ExecuteSqlRawAsync("UPDATE Events SET Data = 'rubbish' WHERE Data LIKE {0}", [$"%{damaged.EnrolmentId}%"], Ct));

        Assert.Equal(new WebhookSweep(1, 1, null), await app.Send(new DeliverWebhooks()));

        Assert.Equal(sound.EnrolmentId, (Guid)Assert.Single(receiver.All).Json["data"]!["enrolmentId"]!);
        var listed = (await admin.Http.Read($"{webhook.Path}/deliveries")).Ok()["items"]!.AsArray();
        Assert.Equal(["delivered:status 204", "failed:the event is damaged"],
            listed.Select(d => $"{(string)d!["status"]!}:{(string)d["outcome"]!}").Order(StringComparer.Ordinal));
        await app.InDb(db => db.Database.ExecuteSqlRawAsync("DELETE FROM Events WHERE Data = 'rubbish'", Ct));
    }

    [Fact]
    public async Task The_secret_is_shown_once_and_kept_protected()
    {
        var key = ("Idempotency-Key", $"key-{Guid.NewGuid():N}");
        var body = new { url = receiver.Url, events = new[] { "unit.completed" } };
        var created = (await admin.Http.Post("/v1/webhooks", body, key)).Expect(HttpStatusCode.Created);
        var secret = (string)created["secret"]!;
        Assert.StartsWith("whsec_", secret, StringComparison.Ordinal);
        Assert.Equal(32, Convert.FromBase64String(secret["whsec_".Length..]).Length);

        var again = (await admin.Http.Post("/v1/webhooks", body, key)).Expect(HttpStatusCode.Created);
        Assert.Equal("true", again.Headers["Idempotency-Replayed"]);
        Assert.Equal(((string)created["id"]!, created.Headers["Location"]), ((string)again["id"]!, again.Headers["Location"]));
        Assert.Null(again["secret"]);
        var read = (await admin.Http.Read(created.Headers["Location"])).Ok();
        Assert.Null(read["secret"]);
        (await admin.Http.Read(created.Headers["Location"], ("If-None-Match", read.ETag!))).Expect(HttpStatusCode.NotModified);
        Assert.DoesNotContain("whsec_", (await admin.Http.Read("/v1/webhooks")).Ok().Body, StringComparison.Ordinal);

        var plain = secret["whsec_".Length..];
        Assert.DoesNotContain(plain, await app.InDb(db => db.Webhooks.Select(w => w.Secret).SingleAsync(Ct)), StringComparison.Ordinal);
        foreach (var receipt in await app.InDb(db => db.IdempotencyRecords.Select(r => r.Body).ToListAsync(Ct)))
            Assert.DoesNotContain(plain, Encoding.UTF8.GetString(receipt), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_rotated_secret_signs_beside_the_old_one_for_a_day()
    {
        var webhook = await Register("enrolment.created");
        var rotated = (await admin.Http.Post($"{webhook.Path}/rotate")).Ok();
        var fresh = (string)rotated["secret"]!;
        Assert.Equal("2027-02-02T15:00:00Z", (string)rotated["oldUntil"]!);
        await app.Learner();
        await app.Send(new DeliverWebhooks());
        var message = receiver.All.Single();
        Assert.Equal($"{SignatureOf(message, fresh)} {SignatureOf(message, webhook.Secret)}", message.Headers["webhook-signature"]);

        FlowingClock.Advance(TimeSpan.FromHours(24));
        await app.Learner();
        await app.Send(new DeliverWebhooks());
        message = receiver.All.Last();
        Assert.Equal(SignatureOf(message, fresh), message.Headers["webhook-signature"]);
    }

    [Fact]
    public async Task It_is_tried_again_at_the_promised_times_and_then_switched_off_with_a_mail()
    {
        var webhook = await Register("enrolment.created");
        receiver.AnswerWith(503);
        await app.Learner();
        var start = FlowingClock.Now;
        var waits = new[] { 5, 60, 300, 1800, 7200, 18000, 36000, 86400, 86400, 86400 }.Select(s => TimeSpan.FromSeconds(s)).ToList();
        Assert.Equal(waits, WebhookDelivery.RetryAfter);
        foreach (var wait in waits)
        {
            var before = receiver.All.Count;
            Assert.Equal(FlowingClock.Now.UtcDateTime + wait, (await app.Send(new DeliverWebhooks())).NextAt);
            Assert.Equal(before + 1, receiver.All.Count);
            FlowingClock.Advance(wait - TimeSpan.FromMilliseconds(1));
            await app.Send(new DeliverWebhooks());
            Assert.Equal(before + 1, receiver.All.Count);
            FlowingClock.Advance(TimeSpan.FromMilliseconds(1));
        }

        // Meanwhile something else has happened, which waits too.
        await app.Learner();
        await app.Send(new DeliverWebhooks());
        Assert.Equal([1, waits.Count + 1], receiver.All.GroupBy(r => r.Id).Select(g => g.Count()).Order());
        var read = (await admin.Http.Read(webhook.Path)).Ok();
        Assert.Equal((false, "unreachable"), ((bool)read["isActive"]!, (string)read["deactivatedBecause"]!));
        Assert.Equal(["failed", "failed"], (await admin.Http.Read($"{webhook.Path}/deliveries")).Ok()["items"]!.AsArray()
            .Select(d => (string)d!["status"]!));
        var sent = receiver.All.Count;
        FlowingClock.Advance(TimeSpan.FromDays(2));
        await app.Learner();
        Assert.Equal(new WebhookSweep(0, 0, null), await app.Send(new DeliverWebhooks()));
        Assert.Equal(sent, receiver.All.Count);
        var delivery = (string)(await admin.Http.Read($"{webhook.Path}/deliveries")).Ok()["items"]![0]!["id"]!;
        (await admin.Http.Post($"{webhook.Path}/deliveries/{delivery}/redeliver")).Expect(HttpStatusCode.Conflict, "webhook.inactive");
        Assert.True(FlowingClock.Now - start > TimeSpan.FromDays(3));

        await app.Send(new SendMails());
        Assert.Equal("A webhook of yours was switched off", Assert.Single(app.MailsTo(admin.Email)).Headers["Subject"]);
    }

    [Fact]
    public async Task One_message_that_is_never_taken_does_not_switch_off_a_receiver_that_takes_others()
    {
        var webhook = await Register("enrolment.created", "cohort.rescheduled");
        receiver.Answer = context =>
        {
            var isRefused = receiver.All.Last(r => r.Id == context.Request.Headers["webhook-id"]).Body
                .Contains("rescheduled", StringComparison.Ordinal);
            context.Response.StatusCode = isRefused ? 500 : 204;
            return Task.CompletedTask;
        };
        var cohort = await app.Cohort();
        (await cohort.Lead.Http.Post($"{cohort.Path}/reschedule", new { startsOn = "2027-02-08" })).Ok();
        foreach (var wait in WebhookDelivery.RetryAfter)
        {
            await app.Send(new DeliverWebhooks());
            FlowingClock.Advance(wait);
            if (wait == WebhookDelivery.RetryAfter[4]) await app.Learner(cohort);
        }

        await app.Send(new DeliverWebhooks());
        Assert.Equal(["delivered", "failed"], (await admin.Http.Read($"{webhook.Path}/deliveries")).Ok()["items"]!.AsArray()
            .Select(d => (string)d!["status"]!));
        Assert.True((bool)(await admin.Http.Read(webhook.Path)).Ok()["isActive"]!);
    }

    [Fact]
    public async Task Whoever_answers_that_it_is_gone_gets_nothing_more()
    {
        var webhook = await Register("enrolment.created");
        receiver.AnswerWith(410);
        await app.Learner();
        await app.Send(new DeliverWebhooks());
        FlowingClock.Advance(TimeSpan.FromDays(1));
        await app.Learner();
        await app.Send(new DeliverWebhooks());
        Assert.Single(receiver.All);
        Assert.Equal("gone", (string)(await admin.Http.Read(webhook.Path)).Ok()["deactivatedBecause"]!);
        await app.Send(new SendMails());
        Assert.Single(app.MailsTo(admin.Email));
    }

    [Fact]
    public async Task A_delivery_is_sent_again_on_demand_under_the_same_id()
    {
        var webhook = await Register("enrolment.created");
        await app.Learner();
        await app.Send(new DeliverWebhooks());
        var delivery = (await admin.Http.Read($"{webhook.Path}/deliveries?status=delivered")).Ok()["items"]![0]!;
        var again = (await admin.Http.Post($"{webhook.Path}/deliveries/{delivery["id"]}/redeliver")).Ok();
        Assert.Equal("pending", (string)again["status"]!);
        await app.Send(new DeliverWebhooks());
        Assert.Equal(2, receiver.All.Count);
        Assert.Single(receiver.All.Select(r => (r.Id, r.Body)).Distinct());
        (await admin.Http.Post($"{webhook.Path}/deliveries/{Guid.NewGuid()}/redeliver"))
            .Expect(HttpStatusCode.NotFound, "delivery.notFound");
    }

    [Fact]
    public async Task A_redirect_is_not_followed_and_an_endless_answer_is_not_read()
    {
        var webhook = await Register("enrolment.created");
        receiver.Answer = context =>
        {
            (context.Response.StatusCode, context.Response.Headers.Location) = (307, new Uri(receiver.Url, "/elsewhere").ToString());
            return Task.CompletedTask;
        };
        await app.Learner();
        await app.Send(new DeliverWebhooks());
        Assert.Equal(["/hook"], receiver.All.Select(r => r.Path));
        Assert.Equal("status 307", (string)(await admin.Http.Read($"{webhook.Path}/deliveries")).Ok()["items"]![0]!["outcome"]!);

        var ended = new TaskCompletionSource();
        receiver.Answer = async context =>
        {
            try
            {
                while (true) await context.Response.WriteAsync(new string('x', 100_000), context.RequestAborted);
            }
            catch (Exception e) when (e is OperationCanceledException or IOException)
            {
                ended.SetResult();
            }
        };
        FlowingClock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(1, (await app.Send(new DeliverWebhooks())).Delivered);
        await ended.Task.WaitAsync(Ct);
    }

    [Fact]
    public async Task Two_sweeps_at_once_send_each_delivery_once()
    {
        await Register("enrolment.created");
        var cohort = await app.Cohort();
        for (var i = 0; i < 20; i++) await app.Learner(cohort);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => app.Send(new DeliverWebhooks())));
        Assert.Equal(20, receiver.All.Count);
        Assert.Equal(20, receiver.All.DistinctBy(r => r.Id).Count());
    }

    [Fact]
    public async Task A_claimed_delivery_is_taken_over_when_its_sender_has_died()
    {
        await Register("enrolment.created");
        await app.Learner();
        await app.Send(new SequenceEvents());
        await app.InDb(async db =>
        {
            (await db.WebhookDeliveries.SingleAsync(d => d.Status == DeliveryStatus.Pending, Ct)).Claim(FlowingClock.Now.UtcDateTime);
            return await db.SaveChangesAsync(Ct);
        });
        FlowingClock.Advance(WebhookDelivery.Lease - TimeSpan.FromMilliseconds(1));
        await app.Send(new DeliverWebhooks());
        Assert.Empty(receiver.All);
        FlowingClock.Advance(TimeSpan.FromMilliseconds(1));
        await app.Send(new DeliverWebhooks());
        Assert.Single(receiver.All);
    }

    [Fact]
    public async Task A_deleted_webhook_gets_nothing_more()
    {
        var webhook = await Register("enrolment.created");
        await app.Learner();
        await app.Send(new SequenceEvents());
        (await admin.Http.Call(HttpMethod.Delete, webhook.Path, null)).Expect(HttpStatusCode.NoContent);
        await app.Send(new DeliverWebhooks());
        Assert.Empty(receiver.All);
        (await admin.Http.Read(webhook.Path)).Expect(HttpStatusCode.NotFound, "webhook.notFound");
        (await admin.Http.Call(HttpMethod.Delete, webhook.Path, null)).Expect(HttpStatusCode.NotFound, "webhook.notFound");
        (await admin.Http.Read($"{webhook.Path}/deliveries")).Expect(HttpStatusCode.NotFound, "webhook.notFound");
    }

    [Fact]
    public async Task There_is_an_end_to_the_number_of_webhooks()
    {
        for (var i = 0; i < Webhook.Most; i++) await Register("unit.completed");
        (await admin.Http.Post("/v1/webhooks", new { url = receiver.Url, events = new[] { "unit.completed" } }))
            .Expect(HttpStatusCode.Conflict, "webhook.limit");
        var first = (await admin.Http.Read("/v1/webhooks?limit=30")).Ok();
        var second = (await admin.Http.Read($"/v1/webhooks?limit=30&cursor={(string)first["next"]!}")).Ok();
        Assert.Equal(Webhook.Most, first["items"]!.AsArray().Concat(second["items"]!.AsArray()).Select(w => (Guid)w!["id"]!).Distinct()
            .Count());
    }

    [Theory]
    [InlineData("ftp://example.org/")]
    [InlineData("/hook")]
    [InlineData("https://name:password@example.org/")]
    [InlineData("")]
    public async Task A_wrong_address_is_refused(string url) =>
        (await admin.Http.Post("/v1/webhooks", new { url, events = new[] { "unit.completed" } }))
            .Expect(HttpStatusCode.UnprocessableEntity, "request.invalid");

    [Theory]
    [InlineData("℀.example"), InlineData("a／b.example"), InlineData("‥.example"), InlineData("\u00AD.example")]
    [InlineData("a\u200Db.example"), InlineData("-a.example"), InlineData("a.-b.example"), InlineData("example.org:0")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.example")]
    public async Task An_address_that_nothing_can_be_delivered_to_is_refused(string host) =>
        (await admin.Http.Post("/v1/webhooks", new { url = $"https://{host}/hook", events = new[] { "unit.completed" } }))
            .Expect(HttpStatusCode.UnprocessableEntity, "request.invalid");

    [Theory]
    [InlineData("[]")]
    [InlineData("[\"unit.deleted\"]")]
    [InlineData("[null]")]
    [InlineData("null")]
    public async Task Wrong_events_are_refused(string events) =>
        (await admin.Http.Post("/v1/webhooks", $$"""{"url":"https://example.org/hook","events":{{events}}}"""))
            .Expect(HttpStatusCode.UnprocessableEntity, "request.invalid");

    private sealed record Registered(string Path, string Secret);

    private async Task<Registered> Register(params string[] events)
    {
        var created = (await admin.Http.Post("/v1/webhooks", new { url = receiver.Url, events })).Expect(HttpStatusCode.Created);
        return new($"/v1/webhooks/{created["id"]}", (string)created["secret"]!);
    }

    private static string SignatureOf(Received message, string secret)
    {
        var key = Convert.FromBase64String(secret["whsec_".Length..]);
        var signed = $"{message.Id}.{message.Headers["webhook-timestamp"]}.{message.Body}";
        return $"v1,{Convert.ToBase64String(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(signed)))}";
    }
}

/// <summary>A webhook is no way into the networks around the server.</summary>
public sealed class WebhookAddressTests(LearningApp app)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("10.1.2.3")]
    [InlineData("100.64.0.1")]
    [InlineData("100.127.255.254")]
    [InlineData("127.0.0.1")]
    [InlineData("127.255.255.254")]
    [InlineData("169.254.169.254")]
    [InlineData("172.16.0.1")]
    [InlineData("172.31.255.254")]
    [InlineData("192.0.0.1")]
    [InlineData("192.0.2.1")]
    [InlineData("192.88.99.1")]
    [InlineData("192.168.1.1")]
    [InlineData("198.18.0.1")]
    [InlineData("198.51.100.1")]
    [InlineData("203.0.113.1")]
    [InlineData("224.0.0.1")]
    [InlineData("240.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("::")]
    [InlineData("::1")]
    [InlineData("::127.0.0.1")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("::ffff:8.8.8.8")]
    [InlineData("64:ff9b::7f00:1")]
    [InlineData("64:ff9b:1::1")]
    [InlineData("100::1")]
    [InlineData("2001::1")]
    [InlineData("2001:db8::1")]
    [InlineData("2002:7f00:1::1")]
    [InlineData("3fff::1")]
    [InlineData("fc00::1")]
    [InlineData("fd12:3456:789a::1")]
    [InlineData("fe80::1")]
    [InlineData("fec0::1")]
    [InlineData("ff02::1")]
    public async Task Nothing_is_sent_to_an_address_that_is_not_public(string address)
    {
        await using var receiver = await WebhookReceiver.Start();
        using var sender = new WebhookSender(
            reachesPrivateNetworks: false, (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Parse(address)]));
        Assert.Equal(
            new(null, "not a public address"), await sender.Send(new($"https://looks-well.example.org:{receiver.Url.Port}/"), [1], [], Ct));

        var host = address.Contains(':', StringComparison.Ordinal) ? $"[{address}]" : address;
        var admin = await app.Admin();
        (await admin.Http.Post("/v1/webhooks", new { url = $"https://{host}/hook", events = new[] { "unit.completed" } }))
            .Expect(HttpStatusCode.UnprocessableEntity, "request.invalid");
    }

    [Theory]
    [InlineData("localhost"), InlineData("hooks.LOCALHOST."), InlineData("１２７.0.0.1"), InlineData("０x7f000001")]
    public async Task This_machine_under_another_spelling_is_no_public_address(string host) =>
        (await (await app.Admin()).Http.Post("/v1/webhooks", new { url = $"https://{host}/hook", events = new[] { "unit.completed" } }))
            .Expect(HttpStatusCode.UnprocessableEntity, "request.invalid");

    [Theory]
    [InlineData("8.8.8.8")]
    [InlineData("100.128.0.1")]
    [InlineData("172.32.0.1")]
    [InlineData("2606:4700:4700::1111")]
    [InlineData("2a00:1450:4001:80f::200e")]
    public void What_is_public_is_allowed(string address) => Assert.True(PublicAddresses.Contains(IPAddress.Parse(address)));

    [Fact]
    public async Task A_name_that_answers_differently_the_second_time_gains_nothing()
    {
        await using var receiver = await WebhookReceiver.Start();
        var answers = new Queue<IPAddress[]>([[IPAddress.Parse("8.8.8.8"), IPAddress.Loopback], [IPAddress.Loopback]]);
        var asked = 0;
        using var sender = new WebhookSender(reachesPrivateNetworks: false, (_, _) =>
        {
            asked++;
            return Task.FromResult(answers.Dequeue());
        });
        foreach (var _ in answers.ToList())
            Assert.Equal(
                "not a public address", (await sender.Send(new($"https://rebinds.example.org:{receiver.Url.Port}/"), [1], [], Ct)).Outcome);
        Assert.Equal(2, asked);
        Assert.Empty(receiver.All);
    }

    [Fact]
    public async Task Without_TLS_nothing_is_sent_there()
    {
        await using var receiver = await WebhookReceiver.Start();
        using var sender = new WebhookSender(reachesPrivateNetworks: false, Dns.GetHostAddressesAsync);
        Assert.Equal("https is required", (await sender.Send(receiver.Url, [1], [], Ct)).Outcome);
        var admin = await app.Admin();
        (await admin.Http.Post("/v1/webhooks", new { url = "http://example.org/hook", events = new[] { "unit.completed" } }))
            .Expect(HttpStatusCode.UnprocessableEntity, "request.invalid");
        Assert.Empty(receiver.All);
    }
}
