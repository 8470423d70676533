using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using MiiWrap.Learning.Domain.Common;

namespace MiiWrap.Learning.Api.Access;

/// <summary>A device on which a person has signed in before.</summary>
internal sealed record KnownDevice(Guid Id, Guid PersonId);

/// <summary>
/// Signed tokens that say "this person has signed in on this device". They open nothing: whoever sends one is only not taken for one of
/// those who guess from elsewhere.
/// </summary>
internal sealed class DeviceTokens(IDataProtectionProvider protection, TimeProvider clock)
{
    public const int Longest = 512;
    private const int Size = 40;

    /// <summary>How long a device is known after its last sign-in.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(365);

    private readonly IDataProtector protector = protection.CreateProtector("MiiWrap.Learning.Identity.Device.v1");

    public string Make(KnownDevice device)
    {
        Span<byte> bytes = stackalloc byte[Size];
        device.Id.TryWriteBytes(bytes);
        device.PersonId.TryWriteBytes(bytes[16..]);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[32..], clock.UtcNow().Ticks);
        return Base64Url.EncodeToString(protector.Protect(bytes.ToArray()));
    }

    /// <summary>The device of a token; null when it was not made here, or too long ago.</summary>
    public KnownDevice? Read(string? token)
    {
        if (token is not { Length: > 0 and <= Longest }) return null;
        try
        {
            var bytes = protector.Unprotect(Base64Url.DecodeFromChars(token)).AsSpan();
            var age = clock.UtcNow().Ticks - BinaryPrimitives.ReadInt64LittleEndian(bytes[32..]);
            return age < Lifetime.Ticks ? new(new(bytes[..16]), new(bytes[16..32])) : null;
        }
        catch (Exception e) when (e is CryptographicException or FormatException)
        {
            return null;
        }
    }
}
