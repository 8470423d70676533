using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Data;

namespace MiiWrap.Learning.Api.Access;

/// <summary>Finds the device on which the very person who wants to sign in has signed in before.</summary>
internal sealed class AccountDevices(LearningDb db, ILookupNormalizer normalizer, DeviceTokens devices)
{
    // What no person's address has needs no look.
    private const int LongestAddress = 256;

    /// <summary>Null for a token of another account too: whoever tries passwords has an account of their own, and its token.</summary>
    public async Task<KnownDevice?> Find(string? email, string? token, CancellationToken ct)
    {
        if (email is not { Length: <= LongestAddress } || devices.Read(token) is not { } device) return null;
        var owner = await db.Users.Where(p => p.Id == device.PersonId).Select(p => p.NormalizedEmail).SingleOrDefaultAsync(ct);
        return owner is not null && owner == normalizer.NormalizeEmail(email.Trim()) ? device : null;
    }
}
