using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Features.Nudges;
using MiiWrap.Learning.Domain.Nudges;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Features.Nudges;

/// <summary>A job engine delivers one ask at its moment; whether it comes early, late or twice, the ledger decides what goes out.</summary>
[StandingClock]
public sealed class DeliverNudgeTests(FlakyMailApp app) : IClassFixture<FlakyMailApp>
{
    [Fact]
    public async Task A_due_ask_goes_out_once_however_often_it_is_delivered()
    {
        var (learner, first) = await Planned();
        FlowingClock.Set(first.DueAt);

        Assert.Equal((NudgeStatus.Sent, false), await Deliver(first.Id));
        Assert.Equal((NudgeStatus.Sent, false), await Deliver(first.Id));
        await app.Send(new SendDueNudges());

        Assert.Single(app.MailsTo(learner.Email));
    }

    [Fact]
    public async Task It_delivers_for_its_own_person_alone()
    {
        var ((_, mine), (other, _)) = (await Planned(), await Planned());
        FlowingClock.Set(mine.DueAt);

        await app.Send(new DeliverNudge(mine.Id));

        Assert.Empty(app.MailsTo(other.Email));
    }

    [Fact]
    public async Task Before_its_time_nothing_goes_out()
    {
        var (learner, first) = await Planned();
        FlowingClock.Set(first.DueAt.AddSeconds(-1));

        Assert.Equal((NudgeStatus.Planned, false), await Deliver(first.Id));

        Assert.Empty(app.MailsTo(learner.Email));
    }

    [Fact]
    public async Task An_ask_that_comes_at_a_bad_hour_is_moved_and_not_late()
    {
        var (learner, first) = await Planned();
        FlowingClock.Set(new(first.DueAt.UtcDateTime.Date.AddDays(1).AddHours(5), TimeSpan.Zero));

        Assert.Equal((NudgeStatus.Planned, false), await Deliver(first.Id));

        Assert.Empty(app.MailsTo(learner.Email));
        Assert.True(await app
            .InDb(db => db.Nudges.AnyAsync(
                n => n.Id == first.Id && n.DueAt > FlowingClock.Now.UtcDateTime, TestContext.Current.CancellationToken)));
    }

    [Fact]
    public async Task While_the_mail_server_is_down_it_is_late_and_later_it_goes_out()
    {
        var (learner, first) = await Planned();
        FlowingClock.Set(first.DueAt);
        app.MailIsDown = true;
        try
        {
            var delivery = await app.Send(new DeliverNudge(first.Id));
            Assert.Equal((NudgeStatus.Planned, true), (delivery.Status, delivery.IsLate));
            Assert.True(delivery.Failed);
        }
        finally
        {
            app.MailIsDown = false;
        }

        FlowingClock.Advance(NudgeMessage.RetryAfter[0]);
        Assert.Equal((NudgeStatus.Sent, false), await Deliver(first.Id));
        Assert.Single(app.MailsTo(learner.Email));
    }

    [Fact]
    public async Task An_ask_that_was_never_written_does_no_harm() =>
        Assert.Equal(((NudgeStatus?)null, false), await Deliver(Guid.NewGuid()));

    private async Task<(NudgeStatus? Status, bool IsLate)> Deliver(Guid nudgeId)
    {
        var delivery = await app.Send(new DeliverNudge(nudgeId));
        return (delivery.Status, delivery.IsLate);
    }

    private async Task<(TestLearner Learner, (Guid Id, DateTimeOffset DueAt) First)> Planned()
    {
        var learner = await app.Learner();
        var completed = (await learner.Http.Post($"{learner.Unit("2.4-watching-voice-and-power")}/complete", Given.IfThen())).Ok();
        var first = completed["nudges"]![0]!;
        return (learner, ((Guid)first["id"]!, (DateTimeOffset)first["dueAt"]!));
    }
}
