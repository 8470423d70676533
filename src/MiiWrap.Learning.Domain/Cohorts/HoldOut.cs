using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using MiiWrap.Learning.Domain.Curricula;

namespace MiiWrap.Learning.Domain.Cohorts;

/// <summary>On which side of a comparison an opportunity is; drawn for the learner, not for the unit.</summary>
public enum TrialArm
{
    Nudged,
    HeldOut,
}

/// <summary>
/// The share of a cohort's learners, in percent by nudge plan, who are not nudged, so that the programme can learn whether nudging helps.
/// They are asked what closes a window all the same, as everybody is: without it their silence would be taken for a difference. Off unless
/// somebody turns it on.
/// </summary>
public sealed record HoldOut(int Anchor, int Standard, int Light)
{
    public const int MostPercent = 50;

    public static readonly HoldOut None = new(0, 0, 0);

    /// <summary>
    /// The learner's side for one plan, always the same one; null while nobody is held out. A larger share keeps those of a smaller one.
    /// </summary>
    public TrialArm? ArmOf(Guid cohortId, Guid personId, PlanKind plan)
    {
        var percent = plan switch
        {
            PlanKind.Anchor => Anchor,
            PlanKind.Standard => Standard,
            _ => Light,
        };
        if (percent == 0) return null;
        // Every cohort and plan draws anew, so that nobody is held out of everything because of their number.
        return Draw(personId, string.Create(CultureInfo.InvariantCulture, $"{cohortId:N}/{plan}")) * 100 < percent
            ? TrialArm.HeldOut
            : TrialArm.Nudged;
    }

    /// <summary>A number from 0 up to 1 that is always the same for a person and a salt, on every machine.</summary>
    public static double Draw(Guid personId, string salt)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{salt}/{personId:N}"));
        return (BinaryPrimitives.ReadUInt64BigEndian(hash) >> 11) / (double)(1UL << 53);
    }
}
