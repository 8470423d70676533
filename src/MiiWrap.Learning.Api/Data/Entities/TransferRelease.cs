namespace MiiWrap.Learning.Api.Data.Entities;

/// <summary>
/// A moment up to which somebody who does not teach has been shown transfer figures. What matures later is shown with the next release,
/// so that two readings never differ by a few learners.
/// </summary>
public sealed class TransferRelease
{
    /// <summary>No release follows the one before sooner.</summary>
    public static readonly TimeSpan Apart = TimeSpan.FromDays(28);

    /// <summary>Whoever is shown what programme admins pass on, of which nobody knows what they were shown before.</summary>
    public static readonly Guid OfProgram = new("6f1a2f0e-6a53-4d0c-9a5e-6d1f5b1c7a10");

    private TransferRelease()
    {
    }

    public TransferRelease(Guid readerId, DateTime upTo) => (ReaderId, UpTo) = (readerId, upTo);

    /// <summary>A person, a client, or <see cref="OfProgram"/>.</summary>
    public Guid ReaderId { get; private set; }

    public DateTime UpTo { get; private set; }
}
