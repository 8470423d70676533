namespace MiiWrap.Learning.Api.Data.Entities;

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
