namespace MiiWrap.Learning.Api.Data.Entities;

/// <summary>A key that signs badges; every node reads the same ones. Its public half stays for ever, for badges do.</summary>
public sealed class BadgeKey
{
    /// <summary>The thumbprint of the public key (RFC 7638), by which badges name it.</summary>
    public string Thumbprint { get; set; } = "";

    /// <summary>The public key as a JSON Web Key.</summary>
    public string PublicJwk { get; set; } = "";

    /// <summary>The private key, sealed by the key ring; emptied once it is retired.</summary>
    public string Sealed { get; set; } = "";

    public DateTime CreatedAt { get; set; }

    /// <summary>Since when it signs nothing any more; null for the one that does.</summary>
    public DateTime? RetiredAt { get; set; }
}

/// <summary>The address under which the first badge was issued, and all others since: badges out there name it. One row.</summary>
public sealed class BadgeBase
{
    public const int OnlyId = 1;

    public int Id { get; set; } = OnlyId;

    public string Url { get; set; } = "";

    public DateTime StoredAt { get; set; }
}
