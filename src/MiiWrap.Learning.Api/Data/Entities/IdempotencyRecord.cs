namespace MiiWrap.Learning.Api.Data.Entities;

/// <summary>The first 2xx answer to a keyed request, given again to whoever repeats it.</summary>
public sealed class IdempotencyRecord
{
    public string Scope { get; set; } = "";

    public string Key { get; set; } = "";

    public string RequestHash { get; set; } = "";

    public int Status { get; set; }

    public string Headers { get; set; } = "";

    public byte[] Body { get; set; } = [];

    public DateTime CreatedAt { get; set; }
}
