using System.Buffers.Text;
using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using MiiWrap.Learning.Api.Configuration;

namespace MiiWrap.Learning.Api.Features.Nudges;

/// <summary>Signed links for one purpose: each answers one nudge and nothing else. They end with the nudge, whose row says when.</summary>
internal sealed class OneTapLinks(IDataProtectionProvider protection, Settings settings)
{
    // The links of this program have less than half of it; a longer one is no link, and is not opened.
    private const int LongestToken = 512;

    private readonly IDataProtector protector = protection.CreateProtector("MiiWrap.Learning.Nudges.OneTap.v1");
    private readonly IDataProtector stopProtector = protection.CreateProtector("MiiWrap.Learning.Nudges.Stop.v1");

    public Uri To(Guid nudgeId) => settings.LinkTo($"/n/{Base64Url.EncodeToString(protector.Protect(nudgeId.ToByteArray()))}");

    /// <summary>The way out of a person's mails.</summary>
    public Uri ToStop(Guid personId) =>
        settings.LinkTo($"/n/stop/{Base64Url.EncodeToString(stopProtector.Protect(personId.ToByteArray()))}");

    public Guid? ReadStop(string token) => Read(stopProtector, token);

    /// <summary>The nudge of a token; null when the token was not made here.</summary>
    public Guid? Read(string token) => Read(protector, token);

    private static Guid? Read(IDataProtector protector, string token)
    {
        if (token.Length > LongestToken) return null;
        try
        {
            return new Guid(protector.Unprotect(Base64Url.DecodeFromChars(token)));
        }
        catch (Exception e) when (e is CryptographicException or FormatException)
        {
            return null;
        }
    }
}
