using OtpNet;

namespace MiiWrap.Learning.Api.Features.Identity;

/// <summary>Codes of an authenticator app: RFC 6238 with what every such app can do, which is SHA-1, six digits and 30 seconds.</summary>
internal static class AuthenticatorCodes
{
    public const int Digits = 6;

    private const string Issuer = "MiiWrap.Learning";
    private const int StepSeconds = 30;

    // A phone's clock may be off by as much as one step either way, and so three codes are good at a time.
    private static readonly VerificationWindow Drift = new(previous: 1, future: 1);

    /// <summary>160 random bits, as RFC 4226 recommends.</summary>
    public static byte[] NewKey() => KeyGeneration.GenerateRandomKey(OtpHashMode.Sha1);

    /// <summary>The key as people can type it.</summary>
    public static string TextOf(byte[] key) => Base32Encoding.ToString(key);

    /// <summary>The key as a phone scans it.</summary>
    public static string UriOf(byte[] key, string account) =>
        new OtpUri(OtpType.Totp, TextOf(key), account, Issuer, OtpHashMode.Sha1, Digits, StepSeconds).ToString();

    /// <summary>The time step whose code this is; null when it is none of those that are good now.</summary>
    public static long? Match(byte[] key, string code, DateTime now) =>
        new Totp(key, StepSeconds, OtpHashMode.Sha1, Digits).VerifyTotp(now, code, out var step, Drift) ? step : null;
}
