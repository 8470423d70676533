namespace MiiWrap.Learning.Api.Data.Entities;

/// <summary>One key of the ring that protects tokens, links and cookies; every node reads the same ring.</summary>
public sealed class ProtectionKey
{
    public Guid Id { get; set; }

    public string FriendlyName { get; set; } = "";

    public string Xml { get; set; } = "";

    public DateTime StoredAt { get; set; }
}
