using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Reflections;

namespace MiiWrap.Learning.Domain.Fidelity;

/// <summary>Somebody from outside may rate the learners of an agency.</summary>
public sealed record AgencyRater(Guid AgencyId, Guid PersonId, Guid AppointedBy, DateTime AppointedAt);

/// <summary>A programme admin has said that somebody rates well enough on an instrument, and why; it is written once.</summary>
public sealed record RaterAppointment(Guid Id, Guid PersonId, string Instrument, string Reason, Guid AppointedBy, DateTime AppointedAt)
    : IAppendOnly;

/// <summary>
/// Whether somebody is calibrated on one instrument, as of what was last locked or said; it ends by itself. The row is there from their
/// first pair on, and whatever bears on it changes it: of two pairs that lock at once, one is worked out again with the other.
/// </summary>
public sealed class RaterCalibration : Entity, IVersioned
{
    private RaterCalibration()
    {
    }

    public Guid PersonId { get; private init; }

    public string Instrument { get; private init; } = "";

    /// <summary>What it rests on, or rested on last; null while it never held.</summary>
    public CalibrationBasis? Basis { get; private set; }

    /// <summary>The first day on which it holds no more; null while it never held.</summary>
    public DateOnly? Until { get; private set; }

    /// <summary>Since when it does not hold; null while it holds.</summary>
    public DateTime? LapsedAt { get; private set; }

    public int Version { get; set; }

    /// <summary>Somebody of whom nothing is known yet.</summary>
    public static RaterCalibration Begin(Guid personId, string instrument, DateTime now) =>
        new() { Id = NewId.At(now), PersonId = personId, Instrument = instrument, LapsedAt = now };

    public bool HoldsOn(DateOnly day) => LapsedAt is null && Until > day;

    /// <summary>Takes what pairs and appointments say now; null where they say that it holds no more.</summary>
    public void Become(Calibration? calibration, DateTime now)
    {
        // What has run out since anybody looked had ended before this.
        if (calibration is null || !HoldsOn(DateOnly.FromDateTime(now))) Lapse(now);
        if (calibration is null) return;
        var isNew = LapsedAt is not null;
        (Basis, Until, LapsedAt) = (calibration.Basis, calibration.Until, null);
        if (isNew) Raise(new RaterCalibrated(this, now));
    }

    /// <summary>Its time is over, if it is.</summary>
    public void RunOut(DateTime now)
    {
        if (!HoldsOn(DateOnly.FromDateTime(now))) Lapse(now);
    }

    private void Lapse(DateTime now)
    {
        if (LapsedAt is not null) return;
        LapsedAt = now;
        Raise(new RaterLapsed(this, now));
    }
}

/// <summary>Somebody's ratings on an instrument count as calibrated from now on.</summary>
public sealed record RaterCalibrated(RaterCalibration Calibration, DateTime At) : IDomainEvent;

/// <summary>Somebody's ratings on an instrument count as calibrated no more.</summary>
public sealed record RaterLapsed(RaterCalibration Calibration, DateTime At) : IDomainEvent;

/// <summary>One line of who was shown somebody's fidelity reviews, or did something with one; it is written once.</summary>
/// <param name="ReviewId">The review; null where the whole trend was shown.</param>
/// <param name="Name">As the person was called then.</param>
public sealed record FidelityReading(
    Guid Id, Guid SubjectId, Guid? ReviewId, Guid PersonId, string Name, ReaderRole Role, ReaderAct Act, DateTime At) : IAppendOnly;
