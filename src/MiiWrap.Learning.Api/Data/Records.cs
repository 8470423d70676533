namespace MiiWrap.Learning.Api.Data;

/// <summary>A published curriculum version as its source files in one archive; it is never updated.</summary>
public sealed class PublishedCurriculum
{
    public Guid Id { get; set; }

    public string Slug { get; set; } = "";

    public int Number { get; set; }

    public string Title { get; set; } = "";

    public string ContentHash { get; set; } = "";

    public DateTime PublishedAt { get; set; }

    public byte[] Bundle { get; set; } = [];
}

/// <summary>The first 2xx answer to a keyed request, given again to whoever repeats it.</summary>
public sealed class Receipt
{
    public string Scope { get; set; } = "";

    public string Key { get; set; } = "";

    public string RequestHash { get; set; } = "";

    public int Status { get; set; }

    public string Headers { get; set; } = "";

    public byte[] Body { get; set; } = [];

    public DateTime CreatedAt { get; set; }
}
