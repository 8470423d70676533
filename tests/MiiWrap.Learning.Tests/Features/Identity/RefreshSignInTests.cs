using System.Net;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Features.Identity;

/// <summary>A sign-in goes on by refresh tokens, each good once, until the person signs out or someone uses an old one.</summary>
[StandingClock]
public sealed class RefreshSignInTests(LearningApp app)
{
    [Fact]
    public async Task A_refresh_gives_new_tokens()
    {
        var person = await app.Person();
        var first = await SignIn(person);
        FlowingClock.Advance(TimeSpan.FromMinutes(20));
        var second = await Renewed(first);
        (await Me(first)).Expect(HttpStatusCode.Unauthorized);
        Assert.Equal(person.Id, (Guid)(await Me(second)).Ok()["id"]!);
        Assert.NotEqual(first.Refresh, second.Refresh);
    }

    [Fact]
    public async Task A_refresh_token_used_again_later_ends_the_sign_in_for_whoever_holds_it()
    {
        var first = await SignIn(await app.Person());
        var second = await Renewed(first);
        FlowingClock.Advance(TimeSpan.FromSeconds(31));
        (await Refresh(first.Refresh)).Expect(HttpStatusCode.Unauthorized, "auth.refresh.invalid");
        (await Refresh(second.Refresh)).Expect(HttpStatusCode.Unauthorized, "auth.refresh.invalid");
    }

    [Fact]
    public async Task A_client_whose_answer_was_lost_may_refresh_again_within_thirty_seconds()
    {
        var first = await SignIn(await app.Person());
        await Renewed(first);
        FlowingClock.Advance(TimeSpan.FromSeconds(30));
        var again = await Renewed(first);
        (await Me(again)).Ok();
        await Renewed(again);
    }

    [Fact]
    public async Task One_sign_in_that_ends_leaves_the_others()
    {
        var person = await app.Person();
        var (phone, laptop) = (await SignIn(person), await SignIn(person));
        await Renewed(phone);
        FlowingClock.Advance(TimeSpan.FromMinutes(1));
        (await Refresh(phone.Refresh)).Expect(HttpStatusCode.Unauthorized);
        await Renewed(laptop);
    }

    [Fact]
    public async Task A_refresh_token_lasts_fourteen_days()
    {
        var tokens = await SignIn(await app.Person());
        FlowingClock.Advance(TimeSpan.FromDays(14) - TimeSpan.FromSeconds(1));
        var next = await Renewed(tokens);
        FlowingClock.Advance(TimeSpan.FromDays(14));
        (await Refresh(next.Refresh)).Expect(HttpStatusCode.Unauthorized, "auth.refresh.invalid");
    }

    [Fact]
    public async Task A_sign_in_ends_ninety_days_after_its_password_however_often_it_is_refreshed()
    {
        var person = await app.Person();
        var tokens = await SignIn(person);
        for (var day = 0; day < 89; day++)
        {
            FlowingClock.Advance(TimeSpan.FromDays(1));
            tokens = await Renewed(tokens);
        }

        FlowingClock.Advance(TimeSpan.FromDays(1) - TimeSpan.FromMinutes(5));
        var last = (await Refresh(tokens.Refresh)).Ok();
        Assert.Equal(300, (int)last["expiresIn"]!);
        tokens = Tokens.Of(last);
        (await Me(tokens)).Ok();
        FlowingClock.Advance(TimeSpan.FromMinutes(5));
        (await Me(tokens)).Expect(HttpStatusCode.Unauthorized, "auth.required");
        (await Refresh(tokens.Refresh)).Expect(HttpStatusCode.Unauthorized, "auth.refresh.invalid");
        (await Me(await SignIn(person))).Ok();
    }

    [Fact]
    public async Task What_is_no_refresh_token_is_refused()
    {
        var tokens = await SignIn(await app.Person());
        (await Refresh("made-up")).Expect(HttpStatusCode.Unauthorized, "auth.refresh.invalid");
        (await Refresh(tokens.Access)).Expect(HttpStatusCode.Unauthorized, "auth.refresh.invalid");
        (await Session.Anonymous(app).Post("/v1/identity/refresh", "{}")).Expect(HttpStatusCode.UnprocessableEntity, "request.invalid");
    }

    [Fact]
    public async Task Signing_out_kills_every_token_at_once()
    {
        var person = await app.Person();
        var (phone, laptop) = (await SignIn(person), await SignIn(person));
        (await Me(laptop)).Ok();

        (await Session.Anonymous(app).Post("/v1/identity/logout", null, Bearer(phone))).Expect(HttpStatusCode.NoContent);

        foreach (var tokens in new[] { phone, laptop })
        {
            (await Me(tokens)).Expect(HttpStatusCode.Unauthorized, "auth.required");
            (await Refresh(tokens.Refresh)).Expect(HttpStatusCode.Unauthorized, "auth.refresh.invalid");
        }

        (await Me(await SignIn(person))).Ok();
    }

    private async Task<Tokens> SignIn(TestPerson person) =>
        Tokens.Of((await Session.Anonymous(app).Post("/v1/identity/login", new { email = person.Email, password = Given.Password })).Ok());

    private Task<Answer> Refresh(string refreshToken) => Session.Anonymous(app).Post("/v1/identity/refresh", new { refreshToken });

    private async Task<Tokens> Renewed(Tokens tokens) => Tokens.Of((await Refresh(tokens.Refresh)).Ok());

    private Task<Answer> Me(Tokens tokens) => Session.Anonymous(app).Read("/v1/me", Bearer(tokens));

    private static (string Name, string Value) Bearer(Tokens tokens) => ("Authorization", $"Bearer {tokens.Access}");

    private sealed record Tokens(string Access, string Refresh)
    {
        public static Tokens Of(Answer answer) => new((string)answer["accessToken"]!, (string)answer["refreshToken"]!);
    }
}
