using System.Security.Cryptography;
using System.Text;

namespace MiiWrap.Learning.Domain.Credentials;

/// <summary>
/// Whose badge it is, as Open Badges 3.0 tells it to whoever knows the address already, and to nobody else.
/// </summary>
public static class HashedIdentity
{
    /// <summary>The address and the salt after it, by SHA-256.</summary>
    public static string Of(string address, string salt) =>
        $"sha256${Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(address + salt)))}";
}
