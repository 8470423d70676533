using System.Net;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Data.Entities;
using MiiWrap.Learning.Api.Features.Mails;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Features.Identity;

/// <summary>The link that is mailed to a new address proves whose mailbox it is, and not whose account: that takes more.</summary>
[Collection(AccountMails.Name)]
[StandingClock]
public sealed class ConfirmAddressTests(LearningApp app)
{
    private const string Path = "/v1/identity/address/confirm";

    [Fact]
    public async Task An_admin_who_has_the_new_mailbox_does_not_become_the_learner()
    {
        var (cohort, agency, boss) = (await app.Cohort(), await app.Agency(), await app.Person("Gus Boss"));
        (await (await app.Admin()).Http.Put($"/v1/agencies/{agency}/people/{boss.Id}", new { role = "agencyAdmin" }))
            .Expect(HttpStatusCode.NoContent);
        var learner = await app.Learner(cohort, agencyId: agency);
        await learner.Write();
        foreach (var admin in new[] { boss, await app.Admin() })
        {
            var evil = Given.Address("evil");
            var token = await Ask(admin, learner.Id, evil);
            (await Session.Anonymous(app).Post(Path, new { token })).Expect(HttpStatusCode.UnprocessableEntity, "address.unproven");
            // Their own token and password are another account's.
            (await admin.Http.Post(Path, new { token })).Expect(HttpStatusCode.UnprocessableEntity, "address.unproven");
            (await admin.Http.Post(Path, new { token, password = "their own password" }))
                .Expect(HttpStatusCode.Unauthorized, "auth.failed");
            (await Form(token, "")).Expect(HttpStatusCode.UnprocessableEntity);
            (await Form(token, "their own password")).Expect(HttpStatusCode.Unauthorized);

            (await Session.Anonymous(app).Post("/v1/identity/password/forgot", new { email = evil })).Expect(HttpStatusCode.Accepted);
            await app.Send(new SendMails());
            Assert.Single(app.MailsTo(evil));
            (await admin.Http.Post($"/v1/people/{learner.Id}/invitations")).Expect(HttpStatusCode.Conflict, "invitation.accepted");
            Assert.Equal(learner.Email, (string)(await learner.Http.Read("/v1/me")).Ok()["email"]!);
            (await admin.Http.Read(learner.Reflection())).Expect(HttpStatusCode.NotFound);
        }

        var told = app.MailsTo(learner.Email)[^1].Text;
        Assert.Contains("give your password to nobody", told, StringComparison.Ordinal);
        Assert.DoesNotContain("http", told, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_does_not_want_it_ends_the_link_with_a_new_password()
    {
        var (admin, person) = (await app.Admin(), await app.Person());
        var token = await Ask(admin, person.Id, Given.Address("evil"));
        (await person.Http.Post("/v1/me/password", new { current = Given.Password, @new = "three quiet herons" }))
            .Expect(HttpStatusCode.NoContent);
        (await Session.Anonymous(app).Post(Path, new { token, password = "three quiet herons" }))
            .Expect(HttpStatusCode.UnprocessableEntity, "address.invalid");
    }

    [Fact]
    public async Task Guesses_behind_the_link_wait_as_guesses_at_the_sign_in_do_and_are_counted_with_them()
    {
        var (admin, person, email) = (await app.Admin(), await app.Person(), Given.Address("new"));
        (await person.Http.Read("/v1/me")).Ok();
        var token = await Ask(admin, person.Id, email);
        for (var i = 0; i < 10; i++)
        {
            (await (i % 2 == 0 ? Session.Anonymous(app).Post(Path, new { token, password = $"guess number {i}" }) : Form(token, "a guess")))
                .Expect(HttpStatusCode.Unauthorized);
        }

        // Judged no more, right or wrong.
        var refused = (await Session.Anonymous(app).Post(Path, new { token, password = Given.Password }))
            .Expect(HttpStatusCode.TooManyRequests, "auth.throttled");
        Assert.Equal("60", refused.Headers["Retry-After"]);
        Assert.Equal("60", (await Form(token, Given.Password)).Expect(HttpStatusCode.TooManyRequests).Headers["Retry-After"]);
        (await Session.Anonymous(app).Post("/v1/identity/login", new { email = person.Email, password = Given.Password }))
            .Expect(HttpStatusCode.TooManyRequests, "auth.throttled");
        await app.Send(new SendMails());
        Assert.Contains(app.MailsTo(person.Email), m => m.Headers["Subject"].Contains("guesses", StringComparison.Ordinal));

        // Whoever is signed in proves by that who they are.
        (await person.Http.Post(Path, new { token })).Expect(HttpStatusCode.NoContent);
        (await Session.Anonymous(app).Post("/v1/identity/login", new { email, password = Given.Password })).Ok();
    }

    [Fact]
    public async Task Who_signs_in_elsewhere_alone_confirms_by_their_own_token()
    {
        var (admin, person, email) = (await app.Admin(), await app.Person(), Given.Address("new"));
        (await person.Http.Read("/v1/me")).Ok();
        await app.InDb(async db =>
        {
            db.Add(ExternalLogin.Link("https://sign-in.example.org", $"{person.Id}", person.Id, FlowingClock.Now.UtcDateTime));
            await db.SaveChangesAsync(TestContext.Current.CancellationToken);
            return await db.Users.Where(p => p.Id == person.Id)
                .ExecuteUpdateAsync(p => p.SetProperty(x => x.PasswordHash, (string?)null), TestContext.Current.CancellationToken);
        });
        var token = await Ask(admin, person.Id, email);
        // As for somebody who has one.
        (await Session.Anonymous(app).Post(Path, new { token, password = Given.Password }))
            .Expect(HttpStatusCode.Unauthorized, "auth.failed");
        (await (await app.Person()).Http.Post(Path, new { token })).Expect(HttpStatusCode.UnprocessableEntity, "address.unproven");
        (await person.Http.Post(Path, new { token })).Expect(HttpStatusCode.NoContent);
        Assert.Equal(email, (string)(await admin.Http.Read($"/v1/people/{person.Id}")).Ok()["email"]!);
    }

    private async Task<string> Ask(TestPerson admin, Guid person, string email)
    {
        (await admin.Http.Patch($"/v1/people/{person}", new { email }, ("If-Match", "*"))).Ok();
        return (await app.AccountMailTo(email)).Token();
    }

    private Task<Answer> Form(string token, string password) =>
        Session.Anonymous(app).Post(Path, new FormUrlEncodedContent([new("token", token), new("password", password)]));
}
