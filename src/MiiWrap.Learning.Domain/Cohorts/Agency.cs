namespace MiiWrap.Learning.Domain;

/// <summary>What a person does for an agency.</summary>
public enum AgencyRole
{
    Supervisor,
    AgencyAdmin,
}

/// <summary>An organisation that employs learners: the border of what its own people may see.</summary>
public sealed class Agency : Entity
{
    private Agency()
    {
    }

    /// <summary>Days on which nobody works there; none by default.</summary>
    public IReadOnlyList<DateOnly> ClosedDays { get; private set; } = [];

    public void CloseOn(IEnumerable<DateOnly> days, DateTime now)
    {
        ClosedDays = [.. days.Distinct().Order()];
        Happened(new ClosedDaysChanged(this, now));
    }

    public string Name { get; private set; } = "";

    /// <summary>Words that its people's reflections should not hold: places, programmes, names.</summary>
    public IReadOnlyList<string> DeniedWords { get; private set; } = [];

    public void Deny(IEnumerable<string> words) => DeniedWords = [.. words.Distinct(StringComparer.OrdinalIgnoreCase)];

    public static Agency Create(string name, DateTime now) => new() { Id = NewId.At(now), Name = name };
}

/// <summary>One person's part in an agency.</summary>
public sealed record AgencyMember(Guid AgencyId, Guid PersonId, AgencyRole Role);

/// <summary>An agency has changed the days on which it is closed.</summary>
public sealed record ClosedDaysChanged(Agency Agency, DateTime At) : IDomainEvent;
