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

    public string Name { get; private set; } = "";

    public static Agency Create(string name, DateTime now) => new() { Id = NewId.At(now), Name = name };
}

/// <summary>One person's part in an agency.</summary>
public sealed record AgencyMember(Guid AgencyId, Guid PersonId, AgencyRole Role);
