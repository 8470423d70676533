using MiiWrap.Learning.Domain.Common;

namespace MiiWrap.Learning.Domain.Reflections;

/// <summary>What a kind of guarded text is called, what of it outlives its words, and the codes by which it refuses.</summary>
public sealed record GuardedTerms(string Name, string Kept, string OnHold, string NotOnHold, string Purged);

/// <summary>Names the reflection or the coaching session that a line of a log, a redaction or a broken glass belongs to.</summary>
public sealed record TextKey
{
    private TextKey(Guid? reflectionId, Guid? sessionId) => (ReflectionId, SessionId) = (reflectionId, sessionId);

    public Guid? ReflectionId { get; }

    public Guid? SessionId { get; }

    public static TextKey OfReflection(Guid id) => new(id, null);

    public static TextKey OfSession(Guid id) => new(null, id);
}

/// <summary>A row that belongs to one reflection or to one coaching session.</summary>
public interface IOfGuardedText
{
    Guid? ReflectionId { get; }

    Guid? SessionId { get; }
}

/// <summary>
/// What people have written and others may read: it can be put on hold, words can be taken out of it meanwhile, and when its time is over
/// all of them go.
/// </summary>
public abstract class GuardedText : Entity, IVersioned
{
    /// <summary>When its time was over and its words went; what figures need is still there.</summary>
    public DateTime? PurgedAt { get; private set; }

    /// <summary>How often words were taken out of it.</summary>
    public int RedactionCount { get; private set; }

    public int Version { get; set; }

    public abstract bool IsOnHold { get; }

    public abstract TextKey Key { get; }

    /// <summary>What it is called in a sentence.</summary>
    public string Kind => Terms.Name;

    protected abstract GuardedTerms Terms { get; }

    /// <summary>Hides its words from everyone but those who may take some out; work on it stands still until it is released.</summary>
    public void Hold()
    {
        MustBeShown();
        Hide();
    }

    /// <summary>Gives it back to where it stood.</summary>
    public void ReleaseFromHold(Guid by, DateTime now)
    {
        MustBeHeldFor(by);
        Show(now);
    }

    /// <summary>Refuses work with words that are hidden at present, or gone for good.</summary>
    public void MustBeShown()
    {
        if (IsOnHold) throw new RuleException(Terms.OnHold, $"This {Terms.Name} is on hold while something in it is being removed.");
        if (PurgedAt is not null)
            throw new RuleException(
                Terms.Purged, $"The time for which this {Terms.Name}'s words are kept is over; {Terms.Kept} are still here.");
    }

    protected abstract void Hide();

    protected abstract void Show(DateTime now);

    /// <summary>Whether somebody decides about their own words here, which nobody does.</summary>
    protected abstract bool IsOwnOf(Guid personId);

    protected void MustBeHeldFor(Guid by)
    {
        if (IsOwnOf(by))
            throw new RuleException("redaction.own", $"Someone else decides what goes from one's own {Terms.Name}.", RuleKind.Forbidden);
        if (!IsOnHold)
            throw new RuleException(
                Terms.NotOnHold, $"Put this {Terms.Name} on hold first, so that nobody reads or writes in it meanwhile.");
    }

    /// <summary>The words of a span of a text, which the reason for taking them out must not repeat.</summary>
    protected static RedactionPattern Pointed(string text, int start, int end, string reason)
    {
        var words = RedactionPattern.Of(text, start, end);
        if (words.AreIn(reason))
            throw new RuleException("redaction.reason.quotes", "The reason stays; say it without the words that go.", RuleKind.Invalid);
        return words;
    }

    protected void NoteRedaction() => RedactionCount++;

    protected void NotePurge(DateTime now)
    {
        MustBeShown();
        PurgedAt = now;
    }
}
