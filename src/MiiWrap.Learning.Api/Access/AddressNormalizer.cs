using Microsoft.AspNetCore.Identity;
using MiiWrap.Learning.Api.Requests;

namespace MiiWrap.Learning.Api.Access;

/// <summary>Finds people by address in whichever form it is typed: in capitals, or with its host in letters or in ASCII.</summary>
internal sealed class AddressNormalizer : ILookupNormalizer
{
    public string? NormalizeEmail(string? email) => (MailAddresses.Mailable(email) ?? ToNfc(email))?.ToUpperInvariant();

    /// <summary>Everybody's user name is their address.</summary>
    public string? NormalizeName(string? name) => NormalizeEmail(name);

    private static string? ToNfc(string? text)
    {
        try
        {
            return text?.Normalize();
        }
        catch (ArgumentException)
        {
            // Half a character, or one that is none: it is nobody's address, and stays as it is.
            return text;
        }
    }
}
