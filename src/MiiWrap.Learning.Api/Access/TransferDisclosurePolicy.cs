using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Data.Entities;
using MiiWrap.Learning.Domain.Transfer;

namespace MiiWrap.Learning.Api.Access;

/// <summary>
/// Which groups' transfer may be shown to those who do not teach them. Everything that one reader can ask for is weighed together,
/// whichever page is asked for and whenever: an agency less one of its cohorts, a pooled figure less the units, what the reader knows from
/// cohorts of their own, or this month's figure less the last one must not leave a small group.
/// </summary>
/// <remarks>
/// Whoever is counted here has taken a link of their own and completed a unit more than five weeks ago. Those whom the reader enrolled, or
/// whose link the reader had sent to another address, may be the reader's inventions, so they are protected as everybody is, and make no
/// group larger. Figures are released in batches by the
/// time at which opportunities mature. Each batch is weighed by itself, and a group's figure is the sum of its parts of those batches in
/// which that part may be shown. Batches have nothing in common, so no sum over them tells more than its parts do.
/// Who may read all of the programme is offered its totals first. What is learned in two courses is never added up.
/// </remarks>
internal sealed class TransferDisclosurePolicy
{
    private readonly IReadOnlyCollection<MaturedOpportunity> matured;
    private readonly bool isOfAll;
    private readonly List<(DateTime UpTo, HashSet<Group> Shown)> batches = [];

    private TransferDisclosurePolicy(
        IReadOnlyCollection<MaturedOpportunity> matured, DateTime today, bool isOfAll, bool isOutside)
    {
        (this.matured, this.isOfAll) = (matured, isOfAll);
        var last = matured.Max(m => m.LastRelease);
        foreach (var batch in matured.GroupBy(m => m.Release).OrderBy(b => b.Key ?? DateTime.MaxValue))
        {
            if (batch.Key is { } upTo) batches.Add((upTo, ShownOf([.. batch], isOfAll, isOutside)));
            else if (last is null || last + TransferRelease.Apart <= today)
            {
                var shown = ShownOf([.. batch], isOfAll, isOutside);
                if (shown.Count == 0) continue;
                batches.Add((today, shown));
                NextRelease = today;
            }
        }
    }

    /// <summary>The release that what may be shown now makes; null when it has been made.</summary>
    public DateTime? NextRelease { get; }

    /// <summary>The moment up to which anything is shown; null when nothing is.</summary>
    public DateTime? AsOf => batches.Count > 0 ? batches.Max(b => b.UpTo) : null;

    /// <summary>The programme's total in a course, for readers who may read all of it.</summary>
    public ReleasedGroup? Program(string curriculum) => Released(new(null, null, curriculum, null));

    /// <summary>An agency's total in a course; of two courses there is none.</summary>
    public ReleasedGroup? Agency(Guid agencyId, string curriculum) => Released(new(agencyId, null, curriculum, null));

    public ReleasedGroup? Agency(Guid agencyId, (string Curriculum, int Version, string Unit) unit) =>
        Released(new(agencyId, null, unit.Curriculum, unit));

    /// <summary>The reader's own part of a cohort.</summary>
    public ReleasedGroup? Cohort(Guid cohortId, (string Curriculum, int Version, string Unit)? unit = null) =>
        Released(new(null, cohortId, null, unit));

    /// <summary>True when the reader's part of a cohort is all that they see anywhere.</summary>
    public bool IsAll(Guid cohortId) => matured.Count > 0
        && matured.All(m => m.Cell.CohortId == cohortId) && matured.Select(m => m.Cell.AgencyId).Distinct().Count() == 1;

    /// <summary>What has matured of a cohort in its released batches, and how much of it was applied.</summary>
    public (int Transferred, int Matured) CountOf(Guid cohortId, ReleasedGroup released)
    {
        var counted = matured.Where(m => m.Cell.CohortId == cohortId && released.Has(m.MaturesAt)).ToList();
        return (counted.Count(m => m.IsTransferred), counted.Count);
    }

    /// <summary>All that the reader may count, shown or not.</summary>
    public IReadOnlyCollection<MaturedOpportunity> Matured => matured;

    /// <summary>The same groups for those outside the programme, who are shown fewer of them and know none of the learners.</summary>
    public TransferDisclosurePolicy Leaving(DateTime asOf) =>
        new(matured, DayOf(asOf), isOfAll, isOutside: true);

    /// <summary>What a reader may see of the opportunities that they may count.</summary>
    /// <param name="isOfAll">These are the programme's, and the reader is told its total.</param>
    public static TransferDisclosurePolicy Of(IReadOnlyCollection<MaturedOpportunity> matured, DateTime asOf, bool isOfAll = false) =>
        new(matured, DayOf(asOf), isOfAll, isOutside: false);

    /// <summary>What a client of one agency may see.</summary>
    public static Task<TransferDisclosurePolicy> ToClient(
        LearningDb db, CallingClient client, Guid agencyId, DateTime asOf, CancellationToken ct) =>
        Read(db, db.Opportunities.Where(o => o.AgencyId == agencyId), client.Id, asOf, ct);

    /// <summary>What programme admins may pass on of the programme and its agencies, whichever of them does.</summary>
    public static Task<TransferDisclosurePolicy> ToPassOn(LearningDb db, DateTime asOf, CancellationToken ct) =>
        Read(db, db.Opportunities, TransferRelease.OfProgram, asOf, ct, isOfAll: true);

    /// <summary>What this person may see of the agencies that they belong to.</summary>
    public static Task<TransferDisclosurePolicy> ToMember(LearningDb db, Guid personId, DateTime asOf, CancellationToken ct) =>
        Read(db, db.Opportunities.Where(o => db.AgencyMembers.Where(m => m.PersonId == personId).Select(m => (Guid?)m.AgencyId)
            .Contains(o.AgencyId)), personId, asOf, ct);

    /// <summary>What a client of the programme may see: every agency's and every cohort's.</summary>
    public static Task<TransferDisclosurePolicy> ToAll(LearningDb db, CallingClient client, DateTime asOf, CancellationToken ct) =>
        Read(db, db.Opportunities, client.Id, asOf, ct, isOfAll: true);

    private static async Task<TransferDisclosurePolicy> Read(
        LearningDb db, IQueryable<TransferOpportunity> opportunities, Guid readerId, DateTime asOf, CancellationToken ct,
        bool isOfAll = false)
    {
        var releases = db.Set<TransferRelease>().Where(r => r.ReaderId == readerId);
        // What is shown rests on all that this reader may count: a rate without one of them would be wrong.
        var rows = await opportunities.Where(TransferOpportunity.IsInScope(DayOf(asOf))).LoadAllOrNoneAsync(
            o => o.Id, some => some.Select(o => new MaturedOpportunity(
                new(o.AgencyId ?? Guid.Empty, o.CohortId, o.Curriculum, o.CurriculumVersion, o.Unit),
                o.PersonId, o.MaturesAt, o.Transferred30, o.Verified30, o.Answered30,
                // Who teaches no longer remembers each learner's figures.
                o.PersonId == readerId || db.CohortMembers.Any(m => m.CohortId == o.CohortId && m.PersonId == readerId)
                    || db.ReaderAppointments.Any(a => a.CohortId == o.CohortId && a.PersonId == readerId),
                // Of people alone: a client enrols everybody whom its agency employs, and would never be shown anything.
                db.Enrolments.Any(e => e.PersonId == o.PersonId && e.EnrolledBy == readerId)
                    && db.Users.Any(p => p.Id == readerId),
                db.GivenAddresses.Any(g => g.PersonId == o.PersonId && g.GivenBy == readerId),
                releases.Where(r => r.UpTo >= o.MaturesAt).Min(r => (DateTime?)r.UpTo),
                releases.Max(r => (DateTime?)r.UpTo))).ToListAsync(ct), ct);
        return Of(rows, asOf, isOfAll);
    }

    /// <summary>Figures change at midnight: whoever reads twice on a day reads the same.</summary>
    private static DateTime DayOf(DateTime moment) => moment.Date;

    private ReleasedGroup? Released(Group group) =>
        batches.Where(b => b.Shown.Contains(group)).Select(b => b.UpTo).ToHashSet() is { Count: > 0 } shown
            ? new([.. batches.Select(b => (b.UpTo, shown.Contains(b.UpTo)))])
            : null;

    private static HashSet<Group> ShownOf(IReadOnlyCollection<MaturedOpportunity> batch, bool isOfAll, bool isOutside)
    {
        var fewest = Suppression.FewestTold(isOutside);
        var uncounted = isOutside ? [] : batch.Where(m => m.IsByReader).Select(m => m.PersonId).ToHashSet();
        // Weighed for a reader who knows nobody: what somebody has known, or might have, shows them no group that others are not shown.
        var all = Weigh(batch);
        // What the reader knows by themselves is a constant that they subtract; it protects nobody else.
        var unknown = !isOutside && batch.Any(m => m.IsKnown) ? Weigh(batch.Where(m => !m.IsKnown)) : null;
        var shown = new HashSet<Group>();
        Disclosure<DisclosureCell> Weigh(IEnumerable<MaturedOpportunity> opportunities) => new(
            opportunities.GroupBy(m => m.Cell)
                .ToDictionary(c => c.Key, c => (IReadOnlySet<Guid>)c.Select(m => m.PersonId).ToHashSet()), fewest, uncounted);
        void Offer(Func<DisclosureCell, Group> groupOf)
        {
            // The largest first: what has to be hidden for the sake of a small group is then the smallest that will do.
            foreach (var group in all.Cells.GroupBy(groupOf).Select(g => (g.Key, Cells: g.ToList()))
                .OrderByDescending(g => (unknown ?? all).LearnersIn(g.Cells)).ThenBy(g => g.Key.ToString(), StringComparer.Ordinal))
            {
                if (all.AllowsGroup(group.Cells)
                    && (unknown is null || !group.Cells.Exists(unknown.Has) || unknown.AllowsGroup(group.Cells.FindAll(unknown.Has))))
                    shown.Add(group.Key);
            }
        }

        if (isOfAll) Offer(c => new(null, null, c.Curriculum, null));
        Offer(c => new(c.AgencyId, null, c.Curriculum, null));
        Offer(c => new(null, c.CohortId, null, null));
        Offer(c => new(c.AgencyId, null, c.Curriculum, (c.Curriculum, c.Version, c.Unit)));
        Offer(c => new(null, c.CohortId, null, (c.Curriculum, c.Version, c.Unit)));
        return shown;
    }

    /// <param name="Curriculum">Of the programme and of agencies, the course; a cohort has one.</param>
    private sealed record Group(
        Guid? AgencyId, Guid? CohortId, string? Curriculum, (string Curriculum, int Version, string Unit)? Unit);
}

/// <summary>What is counted together in any figure.</summary>
internal sealed record DisclosureCell(Guid AgencyId, Guid CohortId, string Curriculum, int Version, string Unit);

/// <summary>One opportunity whose time is over, as its reader stands to it.</summary>
/// <param name="IsKnown">The reader's own, or of a cohort that they teach: they see its outcome anyway.</param>
/// <param name="IsEnrolledByReader">Somebody whom the reader has enrolled.</param>
/// <param name="IsAddressByReader">
/// Somebody whom the reader has added, or whose address they have corrected before an invitation was accepted there.
/// </param>
/// <param name="Release">The release that it was shown with; null when it has been in none.</param>
/// <param name="LastRelease">The reader's latest.</param>
internal sealed record MaturedOpportunity(
    DisclosureCell Cell, Guid PersonId, DateTime MaturesAt, bool IsTransferred, bool IsVerified, bool IsAnswered, bool IsKnown,
    bool IsEnrolledByReader, bool IsAddressByReader, DateTime? Release, DateTime? LastRelease)
{
    /// <summary>Perhaps the reader's invention.</summary>
    public bool IsByReader => IsEnrolledByReader || IsAddressByReader;
}

/// <summary>The batches in which a group may be shown.</summary>
internal sealed class ReleasedGroup(IReadOnlyList<(DateTime UpTo, bool IsShown)> batches)
{
    /// <summary>True when what matured at this moment is in the group's figure.</summary>
    public bool Has(DateTime maturesAt) => batches.FirstOrDefault(b => b.UpTo >= maturesAt).IsShown;

    /// <summary>The same for what two readers may both be shown; null when that is nothing.</summary>
    public static Func<DateTime, bool>? Both(ReleasedGroup? one, ReleasedGroup? other) =>
        one is null || other is null ? null : at => one.Has(at) && other.Has(at);

    /// <summary>The batch of a moment, by its end.</summary>
    public DateTime? BatchOf(DateTime maturesAt) =>
        batches.Where(b => b.UpTo >= maturesAt).Select(b => (DateTime?)b.UpTo).FirstOrDefault();
}
