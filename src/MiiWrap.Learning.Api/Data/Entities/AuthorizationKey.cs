namespace MiiWrap.Learning.Api.Data.Entities;

/// <summary>What a key of the authorization server is for.</summary>
public enum AuthorizationKeyUse
{
    Signing,
    Encryption,
}

/// <summary>
/// A key of the authorization server, sealed by the key ring; every node reads the same ones. The youngest that every node has had time to
/// read signs.
/// </summary>
public sealed class AuthorizationKey
{
    public Guid Id { get; set; }

    public AuthorizationKeyUse Use { get; set; }

    public string Sealed { get; set; } = "";

    public DateTime CreatedAt { get; set; }
}
