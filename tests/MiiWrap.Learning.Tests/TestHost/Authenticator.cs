using OtpNet;

namespace MiiWrap.Learning.Tests.TestHost;

/// <summary>Somebody's phone: it has the secret, and shows the code of a moment.</summary>
public sealed class Authenticator(string secret)
{
    public const string Path = "/v1/me/second-factor";

    public string Secret { get; } = secret;

    public string Code => At(TimeSpan.Zero);

    public string At(TimeSpan fromNow) => new Totp(Base32Encoding.ToBytes(Secret)).ComputeTotp((FlowingClock.Now + fromNow).UtcDateTime);

    /// <summary>Six digits that are none of the codes of these minutes.</summary>
    public string Wrong
    {
        get
        {
            var good = Enumerable.Range(-3, 7).Select(step => At(TimeSpan.FromSeconds(30 * step))).ToList();
            return Enumerable.Range(100_000, 100).Select(n => $"{n}").First(code => !good.Contains(code));
        }
    }
}

/// <summary>Second factors that a test turns on.</summary>
public static class SecondFactorSteps
{
    /// <summary>The secret, whose first code is still to come.</summary>
    public static async Task<Authenticator> BeginSecondFactor(this HttpClient person) =>
        new((string)(await person.Post(Authenticator.Path, new { password = Given.Password })).Ok()["secret"]!);

    /// <summary>Turns it on by the code of half a minute ago, so that the present one is still good.</summary>
    public static async Task<(Authenticator App, IReadOnlyList<string> RecoveryCodes)> TurnOnSecondFactor(this HttpClient person)
    {
        var app = await person.BeginSecondFactor();
        var answer = (await person.Post($"{Authenticator.Path}/confirm", new { code = app.At(TimeSpan.FromSeconds(-30)) })).Ok();
        return (app, [.. answer["recoveryCodes"]!.AsArray().Select(c => (string)c!)]);
    }

    public static Task<Answer> SignIn(this LearningApp app, string email, string? code = null, string? deviceToken = null,
        string password = Given.Password) =>
        Session.Anonymous(app).Post("/v1/identity/login", new { email, password, deviceToken, code });

    public static Task<Answer> EndSecondFactor(this HttpClient person, string code, string password = Given.Password) =>
        person.Call(HttpMethod.Delete, Authenticator.Path, new { password, code });

    /// <summary>The status of the caller's own second factor.</summary>
    public static async Task<(string State, int Left)> SecondFactor(this HttpClient person)
    {
        var status = (await person.Read(Authenticator.Path)).Ok();
        return ((string)status["state"]!, (int)status["recoveryCodesLeft"]!);
    }
}
