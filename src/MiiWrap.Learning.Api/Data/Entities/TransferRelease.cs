namespace MiiWrap.Learning.Api.Data.Entities;

/// <summary>
/// A moment up to which somebody who does not teach has been shown transfer figures. What matures later is shown with the next release,
/// so that two readings never differ by a few learners.
/// </summary>
public sealed class TransferRelease
{
    /// <summary>No release follows the one before sooner.</summary>
    public static readonly TimeSpan Apart = TimeSpan.FromDays(28);

    private TransferRelease()
    {
    }

    public TransferRelease(Guid readerId, DateTime upTo) => (ReaderId, UpTo) = (readerId, upTo);

    /// <summary>A person, a client, or an agency for those outside the programme.</summary>
    public Guid ReaderId { get; private set; }

    public DateTime UpTo { get; private set; }
}
