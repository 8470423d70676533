using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Domain.Transfer;

namespace MiiWrap.Learning.Api.Access;

/// <summary>
/// Which groups' transfer may be shown to those who do not teach them. Everything that one reader can ask for is weighed together,
/// whichever page is asked for: an agency less one of its cohorts, or a pooled figure less the units, must not leave a small group.
/// </summary>
internal sealed class TransferDisclosurePolicy
{
    private readonly HashSet<Group> shown = [];
    private readonly Dictionary<Guid, HashSet<Guid>> cohortsOf;
    private readonly IReadOnlyCollection<Cell> cells;

    private TransferDisclosurePolicy(IReadOnlyCollection<Cell> cells, int fewest)
    {
        this.cells = cells;
        var byCell = cells.GroupBy(c => c with { PersonId = default })
            .ToDictionary(g => g.Key, g => (IReadOnlySet<Guid>)g.Select(c => c.PersonId).ToHashSet());
        cohortsOf = cells.GroupBy(c => c.AgencyId).ToDictionary(a => a.Key, a => a.Select(c => c.CohortId).ToHashSet());
        var disclosure = new Disclosure<Cell>(byCell, fewest);
        void Offer(Func<Cell, IEnumerable<Group>> groupsOf)
        {
            var offers = byCell.Keys.SelectMany(c => groupsOf(c).Select(g => (Group: g, Cell: c))).GroupBy(o => o.Group, o => o.Cell)
                .Select(g => (g.Key, Cells: g.ToList(), Learners: g.SelectMany(c => byCell[c]).Distinct().Count()));
            // The largest first: what has to be hidden for the sake of a small group is then the smallest that will do.
            foreach (var (group, members, learners) in offers.OrderByDescending(o => o.Learners)
                .ThenBy(o => o.Key.ToString(), StringComparer.Ordinal))
            {
                if (learners >= fewest && disclosure.Allows(members)) shown.Add(group);
            }
        }

        Offer(c => [new(c.AgencyId, null, null)]);
        Offer(c => [new(null, c.CohortId, null)]);
        Offer(c => [new(c.AgencyId, null, (c.Curriculum, c.Version, c.Unit))]);
        Offer(c => [new(null, c.CohortId, (c.Curriculum, c.Version, c.Unit))]);
    }

    public bool Agency(Guid agencyId, (string Curriculum, int Version, string Unit)? unit = null) =>
        shown.Contains(new(agencyId, null, unit));

    /// <summary>The reader's own part of a cohort.</summary>
    public bool Cohort(Guid cohortId, (string Curriculum, int Version, string Unit)? unit = null) =>
        shown.Contains(new(null, cohortId, unit));

    /// <summary>True when the reader's part of a cohort is all that they see anywhere.</summary>
    public bool IsAll(Guid cohortId) => cohortsOf.Values.All(c => c.Count == 1 && c.Contains(cohortId)) && cohortsOf.Count == 1;

    /// <summary>The same groups for those outside the programme, who are shown fewer of them.</summary>
    public TransferDisclosurePolicy Leaving() => new(cells, Suppression.FewestOutside);

    /// <summary>What one agency may see.</summary>
    public static Task<TransferDisclosurePolicy> To(LearningDb db, Guid agencyId, DateTime asOf, CancellationToken ct) =>
        Of(db.Opportunities.Where(o => o.AgencyId == agencyId), asOf, ct);

    /// <summary>What this person may see of the agencies that they belong to.</summary>
    public static Task<TransferDisclosurePolicy> ToMember(LearningDb db, Guid personId, DateTime asOf, CancellationToken ct) =>
        Of(db.Opportunities.Where(o => db.AgencyMembers.Where(m => m.PersonId == personId).Select(m => (Guid?)m.AgencyId)
            .Contains(o.AgencyId)), asOf, ct);

    /// <summary>What a client of the programme may see: every agency's and every cohort's.</summary>
    public static Task<TransferDisclosurePolicy> ToAll(LearningDb db, DateTime asOf, CancellationToken ct) =>
        Of(db.Opportunities, asOf, ct);

    private static async Task<TransferDisclosurePolicy> Of(
        IQueryable<TransferOpportunity> opportunities, DateTime asOf, CancellationToken ct) =>
        new(
            await opportunities.Where(TransferOpportunity.IsInScope(asOf))
                .Select(o => new Cell(o.AgencyId ?? Guid.Empty, o.CohortId, o.Curriculum, o.CurriculumVersion, o.Unit, o.PersonId))
                .Distinct().ToListAsync(ct),
            Suppression.FewestLearners);

    private sealed record Cell(Guid AgencyId, Guid CohortId, string Curriculum, int Version, string Unit, Guid PersonId);

    private sealed record Group(Guid? AgencyId, Guid? CohortId, (string Curriculum, int Version, string Unit)? Unit);
}
