using System.Security.Cryptography;
using MiiWrap.Learning.Api.Data;
using OtpNet;

namespace MiiWrap.Learning.Api.Features.Identity;

/// <summary>
/// Codes for whoever has lost their phone, each good once: four groups of four letters and figures, such as <c>K5QX-7D2M-PZRA-3VHT</c>.
/// </summary>
internal static class RecoveryCodes
{
    public const int Count = 10;

    private const int Bytes = 10;
    private const int Characters = 16;
    private const int Group = 4;

    // Half a hash, so that ten fit into Identity's one row.
    private const int HashLength = Secret.HashLength / 2;

    /// <summary>80 random bits, in letters and figures that are not taken for one another: there is no 0, 1, 8 or 9.</summary>
    public static string New() => string.Join('-', Base32Encoding.ToString(RandomNumberGenerator.GetBytes(Bytes)).Chunk(Group)
        .Select(group => new string(group)));

    /// <summary>The hash of a code as it is kept; null for what is none, whatever its case, blanks and hyphens.</summary>
    /// <remarks>
    /// 80 random bits cannot be guessed, so a fast hash is as good as a slow one; the person's id in it keeps hashes of several people from
    /// being tried together.
    /// </remarks>
    public static string? HashOf(Guid personId, string typed)
    {
        var code = string.Concat(typed.Where(c => !char.IsWhiteSpace(c) && c != '-')).ToUpperInvariant();
        return code.Length == Characters ? Secret.HashOf($"{personId:N}:{code}")[..HashLength] : null;
    }
}
