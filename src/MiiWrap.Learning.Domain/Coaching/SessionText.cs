using MiiWrap.Learning.Domain.Reflections;

namespace MiiWrap.Learning.Domain.Coaching;

/// <summary>What somebody wrote about a session, which says who reads it.</summary>
public enum SessionTextKind
{
    /// <summary>By the coach, for all who take part.</summary>
    Note,

    /// <summary>By the coach, for one participant.</summary>
    Feedback,

    /// <summary>By one participant, for the coach.</summary>
    Reply,

    /// <summary>Why it was called off, which all read and which stands with the session itself.</summary>
    CancelReason,

    /// <summary>By one participant, for the coach: why they alone cannot come.</summary>
    Excuse,
}

/// <summary>One of the texts about a session.</summary>
/// <param name="PersonId">Whose feedback, reply or excuse it is; null for what all read.</param>
public sealed record SessionPlace(SessionTextKind Kind, Guid? PersonId)
{
    /// <summary>As a redaction names it.</summary>
    public string Name => Kind switch
    {
        SessionTextKind.Note => "note",
        SessionTextKind.Feedback => "feedback",
        SessionTextKind.Reply => "reply",
        SessionTextKind.Excuse => "excuse",
        _ => "cancelReason",
    };
}

/// <summary>Words about a session. Nobody else reads them than those whom it concerns: there are no private notes about people.</summary>
public sealed class SessionText(Guid id, Guid sessionId, SessionTextKind kind, Guid? participantId, string text, DateTime writtenAt)
    : IRedactable
{
    public const int MostNote = 4000;
    public const int MostFeedback = 2000;
    public const int MostReply = 500;

    public Guid Id { get; private init; } = id;

    public Guid SessionId { get; private init; } = sessionId;

    public SessionTextKind Kind { get; private init; } = kind;

    /// <summary>Whom the feedback is for, or who wrote it themselves; null of the note.</summary>
    public Guid? ParticipantId { get; private set; } = participantId;

    public string Text { get; private set; } = text;

    public DateTime WrittenAt { get; private set; } = writtenAt;

    public int RedactionCount { get; private set; }

    public int Remove(RedactionPattern words)
    {
        var (left, places) = words.From(Text);
        if (places > 0) (Text, RedactionCount) = (left, RedactionCount + 1);
        return places;
    }

    /// <summary>A participant wrote it, and not the coach.</summary>
    public bool IsByParticipant => Kind is SessionTextKind.Reply or SessionTextKind.Excuse;

    internal void MoveTo(Guid participantId) => ParticipantId = participantId;

    internal void Rewrite(string text, DateTime now)
    {
        if (text != Text) (Text, WrittenAt) = (text, now);
    }
}
