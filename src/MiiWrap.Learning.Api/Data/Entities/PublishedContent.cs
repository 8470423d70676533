using MiiWrap.Learning.Domain.Common;

namespace MiiWrap.Learning.Api.Data.Entities;

/// <summary>A published version of content as its source files in one archive; it is never updated.</summary>
public abstract class PublishedContent : IAppendOnly
{
    public Guid Id { get; set; }

    /// <summary>What it is called in addresses; of an instrument, its code.</summary>
    public string Slug { get; set; } = "";

    public int Number { get; set; }

    public string Title { get; set; } = "";

    public string ContentHash { get; set; } = "";

    public DateTime PublishedAt { get; set; }

    public byte[] Bundle { get; set; } = [];
}

/// <summary>A published version of a curriculum.</summary>
public sealed class PublishedCurriculum : PublishedContent;

/// <summary>A published version of all indicators that agencies count.</summary>
public sealed class PublishedIndicators : PublishedContent;

/// <summary>A published version of a fidelity instrument, to which reviews are pinned.</summary>
public sealed class PublishedInstrument : PublishedContent;

/// <summary>A published version of a credential's definition, to which what is issued is pinned.</summary>
public sealed class PublishedCredential : PublishedContent;
