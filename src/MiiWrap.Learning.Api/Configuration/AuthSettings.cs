namespace MiiWrap.Learning.Api.Configuration;

/// <summary>The operator's OpenID provider, whose access tokens are good here beside local ones.</summary>
public sealed record AuthSettings
{
    /// <summary>Where the provider's discovery document lies.</summary>
    public required Uri Authority { get; init; }

    /// <summary>What a token must be meant for.</summary>
    public required string Audience { get; init; }

    /// <summary>How far the provider's clock may be from this one.</summary>
    public required TimeSpan ClockSkew { get; init; }

    /// <summary>The least time between two looks for new keys: tokens of unknown keys cannot make this program ask more often.</summary>
    public required TimeSpan KeyRefresh { get; init; }

    public required string EmailClaim { get; init; }

    public required string EmailVerifiedClaim { get; init; }

    /// <summary>True when a verified address alone may make someone a programme admin here.</summary>
    public required bool LinkAdmins { get; init; }

    /// <summary>False only for a provider on the developer's own machine.</summary>
    public bool RequiresHttps => Authority.Scheme == Uri.UriSchemeHttps;

    internal static AuthSettings? Read(Settings.Reader read, bool isDevelopment)
    {
        var audience = read.Text("Auth:Audience", "");
        var (skew, refresh) = (read.Number("Auth:ClockSkewSeconds", 30, 0, 300), read.Number("Auth:KeyRefreshSeconds", 30, 1, 3600));
        var (email, verified) = (read.Text("Auth:EmailClaim", "email"), read.Text("Auth:EmailVerifiedClaim", "email_verified"));
        var linkAdmins = read.Flag("Auth:LinkAdmins", false);
        if (read.Text("Auth:Authority", "").Length == 0)
            return audience.Length == 0 ? null : throw new SettingException("Auth:Authority must be set when Auth:Audience is.");
        var authority = read.Url("Auth:Authority", "");
        if (authority.Scheme != Uri.UriSchemeHttps && !(isDevelopment && authority.IsLoopback))
            throw new SettingException(
                "Auth:Authority must be an https address; http is taken in the Development environment alone, and only on this machine.");
        if (audience.Length == 0)
            throw new SettingException(
                "Auth:Audience must be set when Auth:Authority is: a token that is meant for another program is no sign-in here.");
        return new()
        {
            Authority = authority,
            Audience = audience,
            ClockSkew = TimeSpan.FromSeconds(skew),
            KeyRefresh = TimeSpan.FromSeconds(refresh),
            EmailClaim = email,
            EmailVerifiedClaim = verified,
            LinkAdmins = linkAdmins,
        };
    }
}
