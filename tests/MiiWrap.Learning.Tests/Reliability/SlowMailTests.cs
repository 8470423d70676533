using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Features.Mails;
using MiiWrap.Learning.Api.Features.Nudges;
using MiiWrap.Learning.Domain.Messaging;
using MiiWrap.Learning.Domain.Nudges;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Reliability;

/// <summary>
/// A mail server that takes its time: leases lapse in the queue behind it, another node looks, and still each mail goes out once.
/// </summary>
[Collection(nameof(SweepCollection))]
[StandingClock]
public sealed class SlowMailTests(SweepingApp app) : IAsyncLifetime
{
    private const int Learners = 5;

    public async ValueTask InitializeAsync() => await app.Clear();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Each_check_in_goes_out_once_however_slowly_the_server_takes_them()
    {
        var learners = await Completed();
        await Slowly(() => app.SweepAt(FlowingClock.Monday.AddDays(2)), () => app.Send(new SendDueNudges()));
        Assert.Equal(learners.Select(l => l.Email).Order(), app.Taken.Select(t => t.Mail.To.Address).Order());
        foreach (var learner in learners) Assert.Single((await learner.Http.Read("/v1/nudges?status=sent")).Ok()["items"]!.AsArray());
    }

    [Fact]
    public async Task So_does_each_notice_about_feedback()
    {
        var people = await Task.WhenAll(Enumerable.Range(0, Learners).Select(_ => app.Person()));
        await app.InDb(db =>
        {
            db.AddRange(people.Select(p => OutboundMail.To(p.Id, MailKind.WordsRedacted, FlowingClock.Now.UtcDateTime)));
            return db.SaveChangesAsync(TestContext.Current.CancellationToken);
        });
        await Slowly(() => app.Send(new SendMails()), () => app.Send(new SendMails()));
        Assert.Equal(people.Select(p => p.Email).Order(), app.Taken.Select(t => t.Mail.To.Address).Order());
    }

    [Fact]
    public async Task What_has_left_is_counted_while_the_server_takes_the_next()
    {
        await Completed();
        var behind = new List<int>();
        app.MailServer = MailServer.IsSlow;
        app.OtherNode = async () =>
            behind.Add(app.Taken.Count - await app
                .InDb(db => db.Nudges.CountAsync(n => n.Status == NudgeStatus.Sent, TestContext.Current.CancellationToken)));
        await app.SweepAt(FlowingClock.Monday.AddDays(2));
        Assert.Equal(Learners, behind.Count);
        Assert.All(behind, uncounted => Assert.InRange(uncounted, 0, 1));
    }

    private async Task<TestLearner[]> Completed()
    {
        var cohort = await app.Cohort();
        var learners = await Task.WhenAll(Enumerable.Range(0, Learners).Select(_ => app.Learner(cohort)));
        foreach (var learner in learners)
            (await learner.Http.Post($"{learner.Unit("1.2-coach-supervisor-trainer")}/complete", Given.IfThen())).Ok();
        return learners;
    }

    /// <summary>One node sends over the slow server while another sweeps, until nothing is left.</summary>
    private async Task Slowly(Func<Task> node, Func<Task> otherNode)
    {
        (app.MailServer, app.OtherNode) = (MailServer.IsSlow, otherNode);
        await node();
        app.MailServer = MailServer.Works;
        for (var i = 0; i < 3; i++)
        {
            FlowingClock.Advance(TimeSpan.FromMinutes(2));
            await otherNode();
        }
    }
}
