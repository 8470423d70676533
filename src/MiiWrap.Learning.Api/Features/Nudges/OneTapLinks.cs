using System.Buffers.Text;
using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using MiiWrap.Learning.Api.Hosting;

namespace MiiWrap.Learning.Api.Features.Nudges;

/// <summary>Signed links for one purpose: each answers one nudge and nothing else. They end with the nudge, whose row says when.</summary>
internal sealed class OneTapLinks(IDataProtectionProvider protection, Settings settings)
{
    private readonly IDataProtector protector = protection.CreateProtector("MiiWrap.Learning.Nudges.OneTap.v1");

    public Uri To(Guid nudgeId) => new($"{settings.PublicBaseUrl.ToString().TrimEnd('/')}/n/{Base64Url.EncodeToString(protector.Protect(nudgeId.ToByteArray()))}");

    /// <summary>The nudge of a token; null when the token was not made here.</summary>
    public Guid? Read(string token)
    {
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
