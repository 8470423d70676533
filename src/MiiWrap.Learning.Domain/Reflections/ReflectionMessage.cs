using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Reflections.Privacy;

namespace MiiWrap.Learning.Domain.Reflections;

/// <summary>One message between a reflection's author and its reviewer; nobody else reads them.</summary>
public sealed class ReflectionMessage : IAppendOnly, IRedactable
{
    public const int MostCharacters = 2000;

    /// <summary>The code of a message that points to a person by itself, which is that of a reflection.</summary>
    public const string Blocked = "reflection.privacy.blocked";

    private ReflectionMessage()
    {
    }

    public Guid Id { get; private init; }

    public Guid ReflectionId { get; private init; }

    public Guid PersonId { get; private init; }

    public string Text { get; private set; } = "";

    public DateTime At { get; private init; }

    public int RedactionCount { get; private set; }

    /// <summary>Writes a message; what identifies a person by itself stays out of it as out of the reflection.</summary>
    public static ReflectionMessage Write(Reflection reflection, Guid personId, string text, DateTime now)
    {
        if (reflection.LatestRevisionId is null)
            throw new RuleException("reflection.notSubmitted", "A reflection is talked about once it has been handed in.");
        if (PrivacyCheck.Identifies(text))
            throw new RuleException(
                Blocked, "Something in it points to a person by itself. Please take it out first.", RuleKind.Invalid);
        reflection.NoteMessage(personId, now);
        return new() { Id = NewId.At(now), ReflectionId = reflection.Id, PersonId = personId, Text = text, At = now };
    }

    public int Remove(RedactionPattern words)
    {
        var (text, places) = words.From(Text);
        if (places > 0) (Text, RedactionCount) = (text, RedactionCount + 1);
        return places;
    }

    internal void Empty() => (Text, RedactionCount) = ("", RedactionCount + 1);
}
