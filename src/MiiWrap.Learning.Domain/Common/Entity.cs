namespace MiiWrap.Learning.Domain.Common;

/// <summary>Something with an identity of its own; it collects what happened to it until the change is saved.</summary>
public abstract class Entity
{
    private readonly List<IDomainEvent> events = [];

    /// <summary>A UUIDv7 made by whoever creates the entity, never by the database.</summary>
    public Guid Id { get; protected init; }

    /// <summary>Hands over what has happened since the last call, oldest first.</summary>
    public IReadOnlyList<IDomainEvent> TakeEvents()
    {
        if (events.Count == 0) return [];
        var taken = events.ToArray();
        events.Clear();
        return taken;
    }

    protected void Raise(IDomainEvent happened) => events.Add(happened);
}

/// <summary>A fact that other parts of the programme react to within the same save.</summary>
public interface IDomainEvent;

/// <summary>Something that is written once and never changed or deleted by the program's ordinary ways.</summary>
public interface IAppendOnly;

/// <summary>An entity whose concurrent changes must not overwrite one another.</summary>
public interface IVersioned
{
    /// <summary>Grows by one with each save; a save that read an older number is refused.</summary>
    int Version { get; set; }
}

/// <summary>Makes identifiers that sort by the moment of their creation.</summary>
public static class NewId
{
    public static Guid At(DateTime utcNow) => Guid.CreateVersion7(new DateTimeOffset(utcNow, TimeSpan.Zero));
}
