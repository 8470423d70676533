using System.Net;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Features.Identity;

/// <summary>Somebody who knows their password chooses another.</summary>
[StandingClock]
public sealed class ChangePasswordTests(LearningApp app)
{
    private const string Chosen = "three quiet herons at dusk";

    [Fact]
    public async Task The_new_password_signs_in_the_old_one_does_not_and_every_other_sign_in_ends()
    {
        var person = await app.Person();
        var (here, elsewhere) = (await SignIn(person, Given.Password), await SignIn(person, Given.Password));
        (await Me(elsewhere)).Ok();

        (await Change(here, Given.Password, Chosen)).Expect(HttpStatusCode.NoContent);

        (await Me(here)).Ok();
        (await Refresh(here)).Ok();
        (await Me(elsewhere)).Expect(HttpStatusCode.Unauthorized, "auth.required");
        (await Refresh(elsewhere)).Expect(HttpStatusCode.Unauthorized, "auth.refresh.invalid");
        await SignIn(person, Chosen);
        (await Session.Anonymous(app).Post("/v1/identity/login", new { email = person.Email, password = Given.Password }))
            .Expect(HttpStatusCode.Unauthorized, "auth.failed");
    }

    [Fact]
    public async Task A_wrong_present_password_or_a_weak_new_one_changes_nothing()
    {
        var person = await app.Person();
        var here = await SignIn(person, Given.Password);
        var wrong = (await Change(here, "not-my-password", Chosen)).Expect(HttpStatusCode.UnprocessableEntity, "password.current.wrong");
        Assert.NotNull(wrong["errors"]!["current"]);
        Assert.NotNull((await Change(here, Given.Password, "short")).Expect(HttpStatusCode.UnprocessableEntity)["errors"]!["new"]);
        var common = (await Change(here, Given.Password, "password1234")).Expect(HttpStatusCode.UnprocessableEntity, "password.common");
        Assert.NotNull(common["errors"]!["new"]);
        Assert.NotNull((await Change(here, Given.Password, person.Email)).Expect(HttpStatusCode.UnprocessableEntity)["errors"]!["new"]);
        await SignIn(person, Given.Password);
    }

    [Fact]
    public async Task Whoever_guesses_at_an_unlocked_device_must_wait_as_at_the_sign_in()
    {
        var person = await app.Person();
        var here = await SignIn(person, Given.Password);
        for (var i = 0; i < 10; i++)
            (await Change(here, $"a wrong password {i}", Chosen)).Expect(HttpStatusCode.UnprocessableEntity, "password.current.wrong");
        // Not the right one either: the answer would tell that it is.
        var refused = (await Change(here, Given.Password, Chosen)).Expect(HttpStatusCode.TooManyRequests, "auth.throttled");
        Assert.True(int.Parse(refused.Headers["Retry-After"]) > 0);

        FlowingClock.Advance(TimeSpan.FromMinutes(2));
        (await Change(here, Given.Password, Chosen)).Expect(HttpStatusCode.NoContent);
    }

    private async Task<(string Access, string Refresh)> SignIn(TestPerson person, string password)
    {
        var answer = (await Session.Anonymous(app).Post("/v1/identity/login", new { email = person.Email, password })).Ok();
        return ((string)answer["accessToken"]!, (string)answer["refreshToken"]!);
    }

    private Task<Answer> Change((string Access, string) tokens, string current, string @new) =>
        Session.Anonymous(app).Post("/v1/me/password", new { current, @new }, ("Authorization", $"Bearer {tokens.Access}"));

    private Task<Answer> Me((string Access, string) tokens) =>
        Session.Anonymous(app).Read("/v1/me", ("Authorization", $"Bearer {tokens.Access}"));

    private Task<Answer> Refresh((string, string Refresh) tokens) =>
        Session.Anonymous(app).Post("/v1/identity/refresh", new { refreshToken = tokens.Refresh });
}
