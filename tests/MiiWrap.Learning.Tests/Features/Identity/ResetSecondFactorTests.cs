using System.Net;
using MiiWrap.Learning.Api.Features.Identity;
using MiiWrap.Learning.Api.Features.Mails;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Features.Identity;

/// <summary>Somebody has lost phone and recovery codes; another admin helps them, or the operator does.</summary>
[Collection(AccountMails.Name)]
[StandingClock]
public sealed class ResetSecondFactorTests(LearningApp app)
{
    private const string Why = "The phone was lost, and the codes with it.";

    [Fact]
    public async Task Another_admin_turns_it_off_and_both_are_told()
    {
        var (admin, cohort) = (await app.Admin(), await app.Cohort());
        var lead = cohort.Lead;
        await lead.Http.TurnOnSecondFactor();
        Assert.True((bool)(await admin.Http.Read($"/v1/people/{lead.Id}")).Ok()["secondFactor"]!);
        (await Reset(admin, lead.Id)).Expect(HttpStatusCode.NoContent);

        (await lead.Http.Read("/v1/me")).Expect(HttpStatusCode.Unauthorized);
        (await app.SignIn(lead.Email)).Ok();
        Assert.False((bool)(await admin.Http.Read($"/v1/people/{lead.Id}")).Ok()["secondFactor"]!);
        await app.Send(new SendMails());
        var told = app.MailsTo(lead.Email).Single(m => m.Headers["Subject"] == "The second factor of your account was turned off");
        var confirmed = app.MailsTo(admin.Email).Single(m => m.Headers["Subject"] == "You turned off somebody's second factor");
        foreach (var body in new[] { told.Text, told.Html })
        {
            Assert.Contains(admin.Name, body, StringComparison.Ordinal);
            Assert.Contains(Why, body, StringComparison.Ordinal);
        }

        foreach (var body in new[] { confirmed.Text, confirmed.Html }) Assert.Contains(lead.Name, body, StringComparison.Ordinal);
        (await Reset(admin, lead.Id)).Expect(HttpStatusCode.Conflict, "secondFactor.off");
    }

    [Fact]
    public async Task Nobody_resets_their_own_and_nobody_but_an_admin_anothers()
    {
        var (admin, cohort) = (await app.Admin(), await app.Cohort());
        await admin.Http.TurnOnSecondFactor();
        (await Reset(admin, admin.Id)).Expect(HttpStatusCode.Forbidden, "secondFactor.self");
        (await Reset(cohort.Lead, admin.Id)).Expect(HttpStatusCode.Forbidden, "role.required");
        (await Reset(admin, Guid.NewGuid())).Expect(HttpStatusCode.NotFound, "person.notFound");
        var other = await app.Admin();
        foreach (var reason in new[] { null, "short", "Ask Maria at maria@example.org about it." })
            (await Reset(other, admin.Id, reason)).Expect(HttpStatusCode.UnprocessableEntity, "request.invalid");
        Assert.Equal(("on", 10), await admin.Http.SecondFactor());
    }

    [Fact]
    public async Task Whether_somebody_has_one_is_for_admins_alone()
    {
        var (admin, cohort) = (await app.Admin(), await app.Cohort());
        Assert.False((bool)(await admin.Http.Read($"/v1/people/{cohort.Instructor.Id}")).Ok()["secondFactor"]!);
        Assert.Null((bool?)(await cohort.Lead.Http.Read($"/v1/people/{cohort.Instructor.Id}")).Ok()["secondFactor"]);
    }

    [Fact]
    public async Task The_operator_resets_that_of_the_last_admin()
    {
        var admin = await app.Admin();
        Assert.False(await app.Send(new ResetSecondFactorByOperator(admin.Email)));
        Assert.False(await app.Send(new ResetSecondFactorByOperator(Given.Address())));
        await admin.Http.TurnOnSecondFactor();
        Assert.True(await app.Send(new ResetSecondFactorByOperator($" {admin.Email.ToUpperInvariant()}")));
        (await admin.Http.Read("/v1/me")).Expect(HttpStatusCode.Unauthorized);
        (await app.SignIn(admin.Email)).Ok();
        await app.Send(new SendMails());
        var told = app.MailsTo(admin.Email).Single(m => m.Headers["Subject"] == "The second factor of your account was turned off");
        Assert.Contains("Whoever runs the server did that.", told.Text, StringComparison.Ordinal);
    }

    private static Task<Answer> Reset(TestPerson by, Guid personId, string? reason = Why) =>
        by.Http.Call(HttpMethod.Delete, $"/v1/people/{personId}/second-factor", new { reason });
}
