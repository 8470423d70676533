using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MiiWrap.Learning.Api.Features.Nudges;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Features.Nudges;

/// <summary>
/// A sender dies with messages in its hands: they go out as they were, one a day to a person, and what fell due since waits its turn.
/// </summary>
[StandingClock]
public sealed class LapsedLeaseTests(LearningApp app)
{
    [Fact]
    public async Task The_message_of_a_dead_sender_goes_first_and_the_next_ones_on_later_days()
    {
        var learner = await app.Learner();
        await Complete(learner, "2.4-watching-voice-and-power");
        FlowingClock.Set(FlowingClock.Monday.AddDays(1));
        await Complete(learner, "1.4-coaching-agreement");
        await Complete(learner, "3.1-ears-for-oars");

        // On the third day the dead sender's message is taken over as it was; that sender dies too.
        var claimed = new List<Guid>();
        foreach (var day in new[] { 2, 3 })
        {
            FlowingClock.Set(FlowingClock.Monday.AddDays(day));
            claimed.Add(Assert.Single(await Claim(learner)));
        }

        Assert.Single(claimed.Distinct());
        FlowingClock.Set(FlowingClock.Monday.AddDays(3).AddMinutes(2));
        await Sweep(learner);
        Assert.Equal(claimed[0].ToString("N"), Assert.Single(app.MailsTo(learner.Email)).Headers["Message-ID"][1..33]);
        FlowingClock.Set(FlowingClock.Monday.AddDays(4));
        await Sweep(learner);
        Assert.Equal(2, app.MailsTo(learner.Email).Count);

        // Next week nothing has been lost, and no day had two.
        for (var day = 5; day < 14; day++)
        {
            FlowingClock.Set(FlowingClock.Monday.AddDays(day));
            await Sweep(learner);
        }

        var mails = app.MailsTo(learner.Email);
        Assert.Equal(mails.Count, mails.Select(m => m.Headers["Date"][..16]).Distinct().Count());
        var behind = (await learner.Http.Read("/v1/nudges?status=planned")).Ok()["items"]!.AsArray()
            .Where(n => DateTimeOffset.Parse((string)n!["dueAt"]!, System.Globalization.CultureInfo.InvariantCulture) <= FlowingClock.Now);
        Assert.Empty(behind);
    }

    [Fact]
    public async Task A_lapsed_message_and_a_new_ask_on_one_morning_do_not_stop_the_sweep()
    {
        var learner = await app.Learner();
        await Complete(learner, "2.4-watching-voice-and-power");
        FlowingClock.Set(FlowingClock.Monday.AddDays(1));
        await Complete(learner, "1.4-coaching-agreement");
        FlowingClock.Set(FlowingClock.Monday.AddDays(2));
        Assert.Single(await Claim(learner));
        FlowingClock.Set(FlowingClock.Monday.AddDays(3));
        await Sweep(learner);
        Assert.Single(app.MailsTo(learner.Email));
        FlowingClock.Set(FlowingClock.Monday.AddDays(4));
        await Sweep(learner);
        Assert.Equal(2, app.MailsTo(learner.Email).Count);
    }

    [Fact]
    public async Task A_message_that_had_left_when_its_sender_died_is_counted_and_does_not_go_again()
    {
        var (learner, _) = await LeftAndLost();

        // At night, when nothing may go out: it is out already.
        FlowingClock.Set(FlowingClock.Monday.AddDays(2).AddHours(16));
        await Sweep(learner);
        Assert.Empty(app.MailsTo(learner.Email));
        Assert.Single((await learner.Http.Read("/v1/nudges?status=sent")).Ok()["items"]!.AsArray());
    }

    [Fact]
    public async Task One_whose_asks_were_all_answered_since_is_done_with()
    {
        var (learner, message) = await LeftAndLost();
        var ask = (await learner.Http.Read("/v1/nudges?status=planned")).Ok()["items"]!.AsArray().MinBy(n => (string)n!["dueAt"]!)!;
        (await learner.Http.Post($"/v1/nudges/{(Guid)ask["id"]!}/response", new { outcome = "stillGood" })).Ok();
        FlowingClock.Advance(TimeSpan.FromMinutes(2));
        await Sweep(learner);
        Assert.False(await app
            .InDb(async db => (await db.NudgeMessages.SingleAsync(m => m.Id == message, TestContext.Current.CancellationToken)).IsPending));
        Assert.Empty(app.MailsTo(learner.Email));
    }

    /// <summary>A message that is out, whose sender died before its asks were counted.</summary>
    private async Task<(TestLearner Learner, Guid Message)> LeftAndLost()
    {
        var learner = await app.Learner();
        await Complete(learner, "2.4-watching-voice-and-power");
        FlowingClock.Set(FlowingClock.Monday.AddDays(2));
        var message = Assert.Single(await Claim(learner));
        await app.InDb(async db =>
        {
            (await db.NudgeMessages.SingleAsync(m => m.Id == message, TestContext.Current.CancellationToken))
                .MarkHandedOff(FlowingClock.Now.UtcDateTime);
            return await db.SaveChangesAsync(TestContext.Current.CancellationToken);
        });
        return (learner, message);
    }

    private Task Sweep(TestLearner learner) => app.Send(new SendDueNudges { PersonId = learner.Id });

    /// <summary>What a sender does before it sends; then it dies.</summary>
    private async Task<IReadOnlyList<Guid>> Claim(TestLearner learner)
    {
        await using var scope = app.Services.CreateAsyncScope();
        return (await scope.ServiceProvider.GetRequiredService<ClaimDueNudges>()
            .Next(learner.Id, TestContext.Current.CancellationToken)).Messages;
    }

    private static async Task Complete(TestLearner learner, string unit) =>
        (await learner.Http.Post($"{learner.Unit(unit)}/complete", Given.IfThen())).Ok();
}
