using System.Text.Json.Serialization;
using FluentValidation;
using MediatR;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Content;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Data.Entities;
using MiiWrap.Learning.Api.Http;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Cohorts;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Enrolments;
using MiiWrap.Learning.Domain.Messaging;

namespace MiiWrap.Learning.Api.Features.Cohorts;

/// <summary>
/// A lead enrols learners in bulk; each row gets a result of its own, and good rows are taken whatever the others are. Who was withdrawn is
/// active again when a person sends JSON, and from a file or a client with resume=true; another agencyId corrects the learner's agency.
/// With dryRun=true the rows are the same, and nothing is done.
/// </summary>
/// <param name="Learners">1 to 1,000 rows.</param>
public sealed record EnrolLearners(IReadOnlyList<LearnerRow> Learners) : ICommand<EnrolmentResults>
{
    [JsonIgnore]
    public Guid CohortId { get; init; }

    /// <summary>Columns of the file that are none of a learner's.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> IgnoredColumns { get; init; } = [];

    /// <summary>Whether who was withdrawn becomes active again.</summary>
    [JsonIgnore]
    public bool? Resume { get; init; }

    /// <summary>What would become of the rows is said, and nothing of it done.</summary>
    [JsonIgnore]
    public bool? DryRun { get; init; }

    /// <summary>The rows are a file's.</summary>
    [JsonIgnore]
    public bool IsFile { get; init; }
}

/// <summary>One learner to enrol; someone known already keeps their own name and zone.</summary>
/// <param name="Email" example="ana@example.org">The address at which the learner signs in.</param>
/// <param name="Name" example="Ana Reyes">One line, at most 200 characters.</param>
/// <param name="TimeZone" example="America/Denver">An IANA zone name.</param>
/// <param name="AgencyId">The learner's agency; without one it stays as it is.</param>
public sealed record LearnerRow(string? Email, string? Name, string? TimeZone, Guid? AgencyId)
{
    /// <summary>The line of the file that it stands in.</summary>
    [JsonIgnore]
    public int? Line { get; init; }

    /// <summary>What made it unreadable.</summary>
    [JsonIgnore]
    public string? Fault { get; init; }
}

/// <summary>What became of a row.</summary>
public enum RowResult
{
    Created,
    Existing,
    Invalid,
    Resumed,
    Changed,
}

/// <summary>The results, a row each.</summary>
/// <param name="Rows">A result for each row that was sent, in order.</param>
/// <param name="IgnoredColumns">Columns of a file that nothing was read from: a misspelt agencyId would be among them.</param>
public sealed record EnrolmentResults(IReadOnlyList<EnrolmentRow> Rows, IReadOnlyList<string> IgnoredColumns);

/// <summary>What became of one row; lines count from 1, and in a file the header is the first.</summary>
/// <param name="Line">The row, from 1; in a file the line, of which the first names the columns.</param>
/// <param name="Result">
/// created: the enrolment is new; existing: this person was enrolled already; resumed: they were withdrawn and are active again; changed:
/// they are the named agency's now; invalid: nothing was done.
/// </param>
/// <param name="Reason">
/// Why nothing was done, or not all; withdrawn: this person was enrolled and has left; cohortClosed: the cohort takes nobody any more;
/// noAccess: this person is suspended or has left, and somebody who may give them access again does that first; unreadable: something
/// that is stored of them is damaged.
/// </param>
/// <param name="EnrolmentId">null where there is none, as in a dry run of a row whose enrolment would be new.</param>
public sealed record EnrolmentRow(int Line, string? Email, RowResult Result, string? Reason, Guid? EnrolmentId)
{
    internal const string Withdrawn = "withdrawn";

    internal const string CohortClosed = "cohortClosed";

    internal const string NoAccess = "noAccess";

    internal const string Unreadable = "unreadable";
}

internal sealed class EnrolLearnersValidator : AbstractValidator<EnrolLearners>
{
    public const int MostRows = 1000;

    public EnrolLearnersValidator() =>
        RuleFor(x => x.Learners).MustBeRows(MostRows);
}

internal sealed class LearnerRowValidator : AbstractValidator<LearnerRow>
{
    public LearnerRowValidator()
    {
        RuleFor(x => x.Email).MustBeAddress();
        RuleFor(x => x.Name).MustBeName();
        RuleFor(x => x.TimeZone).NotEmpty().MustBeZone();
    }
}

internal sealed class EnrolLearnersHandler(
    LearningDb db, Caller caller, CurriculumLibrary library, ILookupNormalizer normalizer, IValidator<LearnerRow> rowRules,
    RateLimits limits, TimeProvider clock, ILogger<EnrolLearners> log)
    : IRequestHandler<EnrolLearners, EnrolmentResults>
{
    // Invitations that were counted towards the caller's limit and have not been stored yet.
    private int counted;

    public async Task<EnrolmentResults> Handle(EnrolLearners request, CancellationToken cancellationToken)
    {
        (await db.AccessTo(request.CohortId, caller, cancellationToken)).MustLead();
        counted = 0;
        var now = clock.UtcNow();
        var lines = request.Learners.Select((row, i) => new LearnerLine(row ?? new(null, null, null, null), row?.Line ?? i + 1)).ToArray();
        var rows = await lines.DoReadableAsync(
            some => db.RetryLostRacesAsync(() => Enrol(request, some, now, cancellationToken)), Unreadable);
        return new(rows, request.IgnoredColumns);
    }

    private EnrolmentRow Unreadable(LearnerLine line, Exception e)
    {
        log.LogError(e, "Line {Line} of those to enrol is left out: something of its learner cannot be read", line.Number);
        return new(line.Number, line.Row.Email, RowResult.Invalid, EnrolmentRow.Unreadable, null);
    }

    private async Task<List<EnrolmentRow>> Enrol(EnrolLearners request, LearnerLine[] lines, DateTime now, CancellationToken ct)
    {
        db.ChangeTracker.Clear();
        var cohort = await db.Cohorts.Where(c => c.Id == request.CohortId).SingleOrUnreadableAsync(request.CohortId, ct);
        var curriculum = await library.Of(db, cohort, ct);
        var addresses = lines.Select(l => normalizer.NormalizeEmail(l.Row.Email?.Trim())).ToList();
        // A row without an address must not find the stand-ins, who have none either.
        var people = await db.Users.Where(p => p.NormalizedEmail != null && addresses.Contains(p.NormalizedEmail))
            .ToDictionaryAsync(p => p.NormalizedEmail!, ct);
        var known = people.Values.Select(p => p.Id).ToList();
        var standIns = caller.Client is { AgencyId: { } own } ? await AgencyStandIns.Of(db, own, cohort.Id, known, now, ct) : null;
        if (standIns is not null) known.AddRange(standIns.Ids);
        var enrolled = await db.Enrolments.Where(e => e.CohortId == cohort.Id && known.Contains(e.PersonId))
            .ToDictionaryAsync(e => e.PersonId, ct);
        var agencyIds = lines.Select(l => l.Row.AgencyId).Where(a => a is not null).ToList();
        var agencies = await db.Agencies.Where(a => agencyIds.Contains(a.Id)).Select(a => a.Id).ToHashSetAsync(ct);
        var moves = await AgencyMoves.Of(db, caller, enrolled.Values, ct);
        // A list that is sent again must not bring back everybody who has left.
        var resumes = request.Resume ?? (caller.Client is null && !request.IsFile);
        var isClosed = cohort.ClosedAt is not null;
        var invitedBy = await InvitedBy(cohort.Id, ct);
        var rows = lines.Zip(addresses, ResultOf).ToList();
        if (request.DryRun == true)
        {
            db.ChangeTracker.Clear();
            return rows;
        }

        // Whoever closes or upgrades the cohort meanwhile changes this row too: the later of the two runs again.
        if (rows.Exists(r => r.Result is RowResult.Created or RowResult.Resumed)) db.Touch(cohort);
        var invited = db.ChangeTracker.Entries<Person>().Count(e => e.State == EntityState.Added);
        limits.CheckInvitations(caller, Math.Max(0, invited - counted));
        counted = Math.Max(counted, invited);
        await db.SaveChangesAsync(ct);
        counted -= invited;
        return rows;

        EnrolmentRow ResultOf(LearnerLine line, string? address)
        {
            var row = line.Row;
            if (Fault(row, agencies) is { } fault) return Result(RowResult.Invalid, fault, null);
            var name = row.Name!.NormalizeNfc();
            if (isClosed && !IsEnrolled(address!)) return Result(RowResult.Invalid, EnrolmentRow.CohortClosed, null);
            if (!people.TryGetValue(address!, out var person))
            {
                person = Person.Invite(MailAddresses.Mailable(row.Email)!, address!, name, Zones.Current(row.TimeZone)!, now);
                people.Add(address!, person);
                db.AddRange(person, OutboundMail.Invitation(person.Id, invitedBy, now));
            }
            else if (standIns?.IsForeign(person.Id) == true)
            {
                var owner = person.Id;
                person = standIns.For(owner, MailAddresses.Mailable(row.Email)!, name, Zones.Current(row.TimeZone)!);
                if (!enrolled.ContainsKey(person.Id)) db.Add(OutboundMail.To(owner, MailKind.EnrolmentOffered, now, cohortId: cohort.Id));
            }

            enrolled.TryGetValue(person.Id, out var existing);
            // They could not come, and nobody could tell them.
            if (person.Status != PersonStatus.Active && (existing is null || (existing.Status == EnrolmentStatus.Withdrawn && resumes)))
                return Result(RowResult.Invalid, EnrolmentRow.NoAccess, existing?.Id);
            if (existing is not null)
            {
                var (result, reason) = Again(existing, row, resumes, isClosed, moves, now);
                // Whoever ends their access meanwhile changes this row too: the later of the two runs again.
                if (result == RowResult.Resumed) db.Touch(person);
                return Result(result, reason, StoredId(existing));
            }

            db.Touch(person);
            var enrolment = Enrolment.Create(cohort, curriculum, person.Id, person.Name, row.AgencyId, now, caller.PersonId);
            enrolled.Add(person.Id, enrolment);
            db.Add(enrolment);
            return Result(RowResult.Created, null, StoredId(enrolment));

            EnrolmentRow Result(RowResult result, string? reason, Guid? id) => new(line.Number, row.Email, result, reason, id);
        }

        // A dry run stores none, so what would be new has no id to give.
        Guid? StoredId(Enrolment enrolment) =>
            request.DryRun == true && db.Entry(enrolment).State == EntityState.Added ? null : enrolment.Id;

        bool IsEnrolled(string address) => people.TryGetValue(address, out var person)
            && enrolled.ContainsKey(standIns?.IsForeign(person.Id) == true ? standIns.IdFor(person.Id) : person.Id);
    }

    /// <summary>Who hears of an invitation that can't be delivered: for a client, a lead of the cohort who has access.</summary>
    private async Task<Guid?> InvitedBy(Guid cohortId, CancellationToken ct) => caller.Client is null
        ? caller.PersonId
        : await db.CohortMembers.Where(m => m.CohortId == cohortId && m.Role == CohortRole.Lead)
            .Join(db.Users.Where(p => p.Status == PersonStatus.Active), m => m.PersonId, p => p.Id, (m, _) => m.PersonId)
            .OrderBy(id => id).Select(id => (Guid?)id).FirstOrDefaultAsync(ct);

    /// <summary>What becomes of a row whose learner is enrolled already.</summary>
    private static (RowResult Result, string? Reason) Again(
        Enrolment enrolment, LearnerRow row, bool resumes, bool isClosed, AgencyMoves moves, DateTime now)
    {
        var result = RowResult.Existing;
        if (enrolment.Status == EnrolmentStatus.Withdrawn)
        {
            if (!resumes) return (result, EnrolmentRow.Withdrawn);
            if (isClosed) return (result, EnrolmentRow.CohortClosed);
            enrolment.Resume(now);
            result = RowResult.Resumed;
        }

        if (row.AgencyId is not { } agency || agency == enrolment.AgencyId) return (result, null);
        if (moves.RefusalOf(enrolment) is { } refusal) return (result, $"agencyId: {refusal.Message}");
        enrolment.ChangeAgency(agency, now);
        return (result == RowResult.Existing ? RowResult.Changed : result, null);
    }

    private string? Fault(LearnerRow row, HashSet<Guid> agencies)
    {
        if (row.Fault is { } unreadable) return unreadable;
        var result = rowRules.Validate(row);
        if (!result.IsValid) return string.Join(" ", result.Errors.Select(e => $"{e.PropertyName}: {e.ErrorMessage}"));
        if (caller.Client?.AgencyId is { } own && row.AgencyId != own)
            return "agencyId: This client enrols learners of its own agency alone.";
        return row.AgencyId is { } agency && !agencies.Contains(agency) ? "agencyId: There is no such agency." : null;
    }

    private sealed record LearnerLine(LearnerRow Row, int Number);
}
