using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Data.Entities;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Cohorts;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Enrolments;

namespace MiiWrap.Learning.Api.Access;

/// <summary>Who may see what: queries are narrowed to the caller's own, so that a hidden thing is simply not found.</summary>
internal static class AccessQueries
{
    public static IQueryable<Enrolment> OwnedBy(this IQueryable<Enrolment> enrolments, Caller caller) =>
        enrolments.Where(e => e.PersonId == caller.PersonId);

    /// <summary>Enrolments whose status the caller may follow: their own, those of their cohorts, and those of their agency.</summary>
    public static IQueryable<Enrolment> FollowedBy(this IQueryable<Enrolment> enrolments, Caller caller, LearningDb db) =>
        caller.SeesAll
            ? enrolments
            : caller.Client is { AgencyId: { } agency } ? enrolments.Where(e => e.AgencyId == agency)
            : enrolments.Where(e => e.PersonId == caller.PersonId
                || db.CohortMembers.Any(m => m.CohortId == e.CohortId && m.PersonId == caller.PersonId)
                || db.AgencyMembers.Any(m => m.AgencyId == e.AgencyId && m.PersonId == caller.PersonId));

    /// <summary>Agencies of which the caller may read figures: those to which they belong, and for who sees all every one.</summary>
    public static IQueryable<Agency> FollowedBy(this IQueryable<Agency> agencies, Caller caller, LearningDb db)
    {
        if (caller.SeesAll) return agencies;
        var (me, own) = (caller.PersonId, caller.Client?.AgencyId);
        return agencies.Where(a => a.Id == own || db.AgencyMembers.Any(m => m.AgencyId == a.Id && m.PersonId == me));
    }

    /// <summary>Cohorts that the caller teaches, leads, learns in, or administers.</summary>
    public static IQueryable<Cohort> SeenBy(this IQueryable<Cohort> cohorts, Caller caller, LearningDb db) =>
        caller.SeesAll
            ? cohorts
            : caller.Client is { AgencyId: { } agency }
            ? cohorts.Where(c => db.Enrolments.Any(e => e.CohortId == c.Id && e.AgencyId == agency))
            : cohorts.Where(c => c.Staff.Any(m => m.PersonId == caller.PersonId)
                || db.Enrolments.Any(e => e.CohortId == c.Id && e.PersonId == caller.PersonId)
                || db.Enrolments
                    .Any(e => e.CohortId == c.Id && db.AgencyMembers.Any(m => m.AgencyId == e.AgencyId && m.PersonId == caller.PersonId)));

    /// <summary>
    /// Enrolments that the caller may count: those of cohorts that they teach, and of their agencies; for a client of the programme, all.
    /// </summary>
    public static IQueryable<Enrolment> CountedBy(this IQueryable<Enrolment> enrolments, Caller caller, LearningDb db) =>
        caller.SeesAll ? enrolments
        : caller.Client is { AgencyId: { } agency } ? enrolments.Where(e => e.AgencyId == agency)
        : enrolments.Where(e => db.CohortMembers.Any(m => m.CohortId == e.CohortId && m.PersonId == caller.PersonId)
            || db.AgencyMembers.Any(m => m.AgencyId == e.AgencyId && m.PersonId == caller.PersonId));

    /// <summary>
    /// Cohorts whose figures the caller may read: those that they teach, and those in which they count learners. Who learns there sees the
    /// cohort, and nobody else's figures.
    /// </summary>
    public static IQueryable<Cohort> CountedBy(this IQueryable<Cohort> cohorts, Caller caller, LearningDb db)
    {
        if (caller.SeesAll) return cohorts;
        var counted = db.Enrolments.CountedBy(caller, db);
        return cohorts.Where(c => c.Staff.Any(m => m.PersonId == caller.PersonId) || counted.Any(e => e.CohortId == c.Id));
    }

    /// <summary>Which groups' transfer the caller may see of those whom they do not teach; what is new in it counts as shown now.</summary>
    public static async Task<TransferDisclosurePolicy> VisibleTransfer(
        this LearningDb db, Caller caller, DateTime asOf, CancellationToken ct)
    {
        var policy = await (caller.Client switch
        {
            null => TransferDisclosurePolicy.ToMember(db, caller.PersonId, asOf, ct),
            { AgencyId: { } agency } client => TransferDisclosurePolicy.ToClient(db, client, agency, asOf, ct),
            { } client => TransferDisclosurePolicy.ToAll(db, client, asOf, ct),
        });
        return await db.Released(policy, caller.PersonId, ct);
    }

    /// <summary>Which groups' transfer programme admins may pass on; what is new in it counts as shown now.</summary>
    private static async Task<TransferDisclosurePolicy> TransferToPassOn(this LearningDb db, DateTime asOf, CancellationToken ct) =>
        await db.Released(await TransferDisclosurePolicy.ToPassOn(db, asOf, ct), TransferRelease.OfProgram, ct);

    /// <summary>
    /// What the caller may see of an agency's transfer in a course, or what of it may leave the programme; null for who sees everything.
    /// </summary>
    /// <param name="leaves">As it may leave the programme, whoever asks.</param>
    public static async Task<AgencyTransfer?> VisibleTransferOf(
        this LearningDb db, Caller caller, Guid agencyId, string curriculum, bool leaves, DateTime asOf, CancellationToken ct)
    {
        if (!leaves && caller.IsProgramAdmin) return null;
        var inside = caller.IsProgramAdmin
            ? await db.TransferToPassOn(asOf, ct)
            : await db.VisibleTransfer(caller, asOf, ct);
        // What is hidden inside stays hidden outside: the two answers together must give nobody away either.
        return new(agencyId, curriculum, inside, leaves ? inside.Leaving(asOf) : inside);
    }

    /// <summary>
    /// What may be told of the programme's transfer in a course and its agencies' to a client of the programme, or of what programme admins
    /// pass on: they see everything themselves, and a page goes on.
    /// </summary>
    /// <param name="leaves">As it may leave the programme.</param>
    public static async Task<ProgramTransfer> VisibleTransferOfProgram(
        this LearningDb db, Caller caller, string curriculum, bool leaves, DateTime asOf, CancellationToken ct)
    {
        var inside = caller.Client is null ? await db.TransferToPassOn(asOf, ct) : await db.VisibleTransfer(caller, asOf, ct);
        return new(curriculum, inside, leaves ? inside.Leaving(asOf) : inside);
    }

    private static async Task<TransferDisclosurePolicy> Released(
        this LearningDb db, TransferDisclosurePolicy policy, Guid readerId, CancellationToken ct)
    {
        // Of HEAD too: the tag and the length of what is not shown tell it.
        if (policy.NextRelease is not { } upTo) return policy;
        var release = db.Add(new TransferRelease(readerId, upTo));
        try
        {
            await db.SaveChangesAsync(ct);
        }
        catch (DbUpdateException e) when (db.IsUniqueViolation(e))
        {
            // Another page of the same reader's was first, with the same release.
            release.State = EntityState.Detached;
        }

        return policy;
    }

    /// <summary>Learners of the agencies that the caller supervises or administers: of what they write the caller reads nothing.</summary>
    public static IQueryable<Guid> LearnersOfOwnAgencies(this LearningDb db, Caller caller) => db.LearnersOfAgenciesOf(caller.PersonId);

    /// <summary>Why somebody may not read what a learner wrote, or what was written about them.</summary>
    public static RuleException OfOwnAgency() => new("review.ownAgency",
        "Whoever supervises or administers at a learner's agency never reads that learner's reflections.", RuleKind.Forbidden);

    /// <summary>Learners of the agencies that somebody supervises or administers.</summary>
    public static IQueryable<Guid> LearnersOfAgenciesOf(this LearningDb db, Guid personId) =>
        db.AgencyMembers.Where(m => m.PersonId == personId)
            .Join(db.Enrolments, m => (Guid?)m.AgencyId, e => e.AgencyId, (_, e) => e.PersonId);

    /// <summary>Who supervises or administers at an agency of this learner's.</summary>
    public static IQueryable<Guid> ManagersOf(this LearningDb db, Guid learnerId) =>
        db.Enrolments.Where(e => e.PersonId == learnerId)
            .Join(db.AgencyMembers, e => e.AgencyId, m => (Guid?)m.AgencyId, (_, m) => m.PersonId);

    /// <summary>Cohorts whose learners the caller works with.</summary>
    public static IQueryable<Cohort> TaughtBy(this IQueryable<Cohort> cohorts, Caller caller) =>
        caller.IsProgramAdmin ? cohorts : cohorts.Where(c => c.Staff.Any(m => m.PersonId == caller.PersonId));

    /// <summary>The caller's part in a cohort; 404 when they may not even see it.</summary>
    public static async Task<CohortAccess> AccessTo(this LearningDb db, Guid cohortId, Caller caller, CancellationToken ct)
    {
        var found = await db.Cohorts.SeenBy(caller, db).Where(c => c.Id == cohortId).Select(c => new
        {
            IsLead = c.Staff.Any(m => m.PersonId == caller.PersonId && m.Role == CohortRole.Lead),
            IsStaff = c.Staff.Any(m => m.PersonId == caller.PersonId),
        }).SingleOrDefaultAsync(ct) ?? throw new NotFoundException("cohort");
        // What a client may do at all its scopes have said; it enrols as a lead does, and teaches nobody.
        return new(caller.IsProgramAdmin, caller.IsProgramAdmin || caller.Client is not null || found.IsLead, caller.IsProgramAdmin
            || found.IsStaff);
    }
}

/// <summary>What may be seen of an agency's transfer in a course.</summary>
internal sealed class AgencyTransfer(
    Guid agencyId, string curriculum, TransferDisclosurePolicy inside, TransferDisclosurePolicy shown)
{
    public DateTime? AsOf => inside.AsOf;

    /// <summary>The batches of all units together.</summary>
    public ReleasedGroup? Batches => inside.Agency(agencyId, curriculum);

    /// <summary>Of which moments something is shown, by when it matured; null for nothing.</summary>
    public Func<DateTime, bool>? Shown() => ReleasedGroup.Both(inside.Agency(agencyId, curriculum), shown.Agency(agencyId, curriculum));

    /// <summary>The same of one of its units.</summary>
    public Func<DateTime, bool>? Shown((string Curriculum, int Version, string Unit) unit) =>
        ReleasedGroup.Both(inside.Agency(agencyId, unit), shown.Agency(agencyId, unit));
}

/// <summary>What may be told of the programme's transfer in a course and of its agencies'.</summary>
internal sealed class ProgramTransfer(string curriculum, TransferDisclosurePolicy inside, TransferDisclosurePolicy shown)
{
    private readonly ILookup<Guid, MaturedOpportunity> agencies =
        inside.Matured.Where(m => m.Cell.Curriculum == curriculum).ToLookup(m => m.Cell.AgencyId);

    /// <summary>What is counted of an agency, or with null of the programme; null where nothing may be told.</summary>
    public IReadOnlyList<MaturedOpportunity>? Told(Guid? agencyId)
    {
        var told = agencyId is { } id
            ? ReleasedGroup.Both(inside.Agency(id, curriculum), shown.Agency(id, curriculum))
            : ReleasedGroup.Both(inside.Program(curriculum), shown.Program(curriculum));
        return told is null
            ? null
            : [.. (agencyId is { } one ? agencies[one] : agencies.SelectMany(a => a)).Where(m => told(m.MaturesAt))];
    }
}

/// <summary>What the caller may do in one cohort that they see.</summary>
internal readonly record struct CohortAccess(bool IsProgramAdmin, bool MayLead, bool MayTeach)
{
    public void MustLead()
    {
        if (!MayLead)
            throw new RuleException("role.required", "Only a lead of this cohort or a programme admin may do this.", RuleKind.Forbidden);
    }
}
