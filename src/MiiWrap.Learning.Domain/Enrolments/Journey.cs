using MiiWrap.Learning.Domain.Cohorts;
using MiiWrap.Learning.Domain.Curricula;

namespace MiiWrap.Learning.Domain.Enrolments;

/// <summary>Whether a module is open to one learner, from which day, and what else it waits for.</summary>
public sealed record ModuleAccess(Module Module, DateOnly OpensOn, bool IsOpen, string? WaitsFor);

/// <summary>A lead has opened a module for one learner before the cohort's gate would, and said why.</summary>
public sealed record ModuleOpening(Guid EnrolmentId, string Module, string Reason, Guid OpenedBy, DateTime OpenedAt);

/// <summary>Opens modules by the cohort's gate.</summary>
public static class Journey
{
    /// <param name="accepted">The units whose reflection has been accepted.</param>
    /// <param name="overrides">The modules that the lead has opened for this learner, whatever the gate says.</param>
    public static IReadOnlyList<ModuleAccess> Access(
        Curriculum curriculum, Cohort cohort, DateOnly today, IReadOnlySet<string> accepted, IReadOnlySet<string> overrides)
    {
        var access = new List<ModuleAccess>(curriculum.Modules.Count);
        string? missing = null;
        foreach (var module in curriculum.Modules)
        {
            var opensOn = cohort.OpensOn(module);
            var waitsFor = cohort.Gate == Gate.Sequential ? missing : null;
            var open = overrides.Contains(module.Slug) || (opensOn <= today && waitsFor is null);
            access.Add(new(module, opensOn, open, open ? null : waitsFor));
            missing = module.Units.FirstOrDefault(u => u.IsAnchor && !accepted.Contains(u.Slug))?.Slug;
        }

        return access;
    }
}
