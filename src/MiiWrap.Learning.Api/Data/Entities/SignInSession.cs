using MiiWrap.Learning.Domain.Common;

namespace MiiWrap.Learning.Api.Data.Entities;

/// <summary>One sign-in on one device; each refresh moves its number on, so that a refresh token used twice is noticed.</summary>
public sealed class SignInSession : IVersioned
{
    public Guid Id { get; set; }

    public Guid PersonId { get; set; }

    public int Number { get; set; }

    /// <summary>When the password was given; null for a sign-in from before this was noted.</summary>
    public DateTime? SignedInAt { get; set; }

    public DateTime RefreshedAt { get; set; }

    public DateTime ExpiresAt { get; set; }

    /// <summary>
    /// Browser and system, as its User-Agent said; null when it said nothing, and for a sign-in from before this was noted.
    /// </summary>
    public string? Device { get; set; }

    /// <summary>The front end that acts by this sign-in; null for one by password at the API itself.</summary>
    public Guid? ClientId { get; set; }

    public int Version { get; set; }
}
