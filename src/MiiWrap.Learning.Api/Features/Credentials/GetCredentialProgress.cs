using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Content;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Cohorts;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Credentials;
using MiiWrap.Learning.Domain.Enrolments;

namespace MiiWrap.Learning.Api.Features.Credentials;

/// <summary>The caller's own credentials, and how far they have come with those that their courses lead to.</summary>
public sealed record GetOwnCredentials : IQuery<OwnCredentials>;

/// <summary>
/// How far one learner has come with a credential: for themselves, for staff of the cohort, and for programme admins. Where they hold it,
/// it is how far they have come with its renewal.
/// </summary>
/// <param name="EnrolmentId">The enrolment.</param>
/// <param name="Code" example="practising-coach">The code of the credential.</param>
public sealed record GetCredentialProgress(Guid EnrolmentId, string Code) : IQuery<CredentialProgress>;

/// <summary>A person's credentials, and their way to others.</summary>
/// <param name="Items">What they hold, were offered, or held, newest first.</param>
/// <param name="Progress">How far they have come, in each course that they learn.</param>
public sealed record OwnCredentials(IReadOnlyList<CredentialView> Items, IReadOnlyList<CredentialProgress> Progress);

/// <summary>How far somebody has come with a credential.</summary>
/// <param name="Code" example="practising-coach">The code of its definition.</param>
/// <param name="Version" example="1">The version of its definition.</param>
/// <param name="Title">What it is called.</param>
/// <param name="EnrolmentId">The enrolment in which it is earned.</param>
/// <param name="IsRenewal">Whether this is about the next term of one that they hold.</param>
/// <param name="Have">How many of the requirements are met.</param>
/// <param name="Need">How many there are.</param>
/// <param name="Met">Whether all of them are met.</param>
/// <param name="Next">The first requirement that is not met; null where all are.</param>
/// <param name="Requirements">Each of them.</param>
public sealed record CredentialProgress(
    string Code, int Version, string Title, Guid EnrolmentId, bool IsRenewal, int Have, int Need, bool Met, RequirementProgress? Next,
    IReadOnlyList<RequirementProgress> Requirements)
{
    internal static CredentialProgress Of(
        CredentialDefinition definition, Guid enrolmentId, bool isRenewal, IReadOnlyList<RequirementResult> results)
    {
        var requirements = results.Select(RequirementProgress.Of).ToList();
        var have = requirements.Count(r => r.Met);
        return new(
            definition.Code, definition.Version, definition.Title, enrolmentId, isRenewal, have, requirements.Count,
            have == requirements.Count, requirements.Find(r => !r.Met), requirements);
    }
}

/// <summary>How far somebody has come with one requirement.</summary>
/// <param name="Requirement">Its kind.</param>
/// <param name="Text" example="4 observed contacts within 24 weeks">What it asks for, in words.</param>
/// <param name="Have">How much there is of it.</param>
/// <param name="Need">How much is enough.</param>
/// <param name="Met">Whether that is there.</param>
public sealed record RequirementProgress(RequirementKind Requirement, string Text, int Have, int Need, bool Met)
{
    internal static RequirementProgress Of(RequirementResult result) =>
        new(result.Requirement.Kind, RequirementWords.Of(result.Requirement), result.Have, result.Need, result.Met);
}

internal sealed class GetCredentialProgressHandler(
    LearningDb db, Caller caller, CredentialLibrary library, LearnerRecords records, CredentialViews views, TimeProvider clock) :
    IRequestHandler<GetOwnCredentials, OwnCredentials>,
    IRequestHandler<GetCredentialProgress, CredentialProgress>
{
    private DateOnly Today => DateOnly.FromDateTime(clock.UtcNow());

    public async Task<OwnCredentials> Handle(GetOwnCredentials request, CancellationToken cancellationToken)
    {
        var me = caller.AsLearner;
        var rows = await views.Load(
            db.Credentials.AsNoTracking().Where(c => c.PersonId == me).OrderByDescending(c => c.OfferedAt).ThenByDescending(c => c.Id),
            cancellationToken);
        var enrolments = await WithCohorts(db.Enrolments.Where(e => e.PersonId == me && e.Status != EnrolmentStatus.Withdrawn))
            .ToListAsync(cancellationToken);
        if (enrolments.Count == 0) return new([.. rows.Select(views.Of)], []);
        var record = await records.Of(me, [.. enrolments.Select(e => (e.Enrolment, e.Cohort))], cancellationToken);
        var progress = new List<CredentialProgress>();
        foreach (var definition in await library.Newest(db, cancellationToken))
        {
            foreach (var (enrolment, _) in enrolments.Select(e => (e.Enrolment, e.Cohort))
                .Where(e => e.Cohort.Curriculum == definition.Curriculum))
            {
                var held = rows.Find(r => r.Credential.Code == definition.Code && IsRunning(r.Credential));
                progress.Add(await ProgressOf(
                    definition, enrolment.Id, held?.Credential, held?.FirstDay, record[enrolment.Id], cancellationToken));
            }
        }

        return new([.. rows.Select(views.Of)], progress);
    }

    public async Task<CredentialProgress> Handle(GetCredentialProgress request, CancellationToken cancellationToken)
    {
        var found = await WithCohorts(db.Enrolments.WithTrailSeenBy(caller, db).Where(e => e.Id == request.EnrolmentId))
            .SingleOrDefaultAsync(cancellationToken) ?? throw new NotFoundException("enrolment");
        var (enrolment, personId) = (found.Enrolment, found.Enrolment.PersonId);
        if (!CurriculumParser.IsSlug(request.Code)
            || await library.Find(db, request.Code, null, cancellationToken) is not { } definition
            || definition.Curriculum != found.Cohort.Curriculum)
            throw new NotFoundException("credentialDefinition");
        var own = await db.Credentials.AsNoTracking().Include(c => c.Periods)
            .Where(c => c.PersonId == personId && c.Code == request.Code).AsSingleQuery().ToListAsync(cancellationToken);
        var record = (await records.Of(personId, [(enrolment, found.Cohort)], cancellationToken))[enrolment.Id];
        var held = own.Find(IsRunning);
        return await ProgressOf(definition, enrolment.Id, held, held?.Period.FirstDay, record, cancellationToken);
    }

    private bool IsRunning(Credential credential) => credential.StateOn(Today) is CredentialState.Active or CredentialState.Expired;

    /// <summary>Who holds one that ends is on the way to its next term, by the version by which it was issued.</summary>
    private async Task<CredentialProgress> ProgressOf(
        CredentialDefinition newest, Guid enrolmentId, Credential? held, DateOnly? since, LearnerRecord record, CancellationToken ct)
    {
        var definition = held is null ? newest : await library.Of(db, held, ct);
        return definition.Term is not null && since is { } first
            ? CredentialProgress.Of(definition, enrolmentId, isRenewal: true, definition.JudgeRenewal(record, first, Today))
            : CredentialProgress.Of(definition, enrolmentId, isRenewal: false, definition.Judge(record, Today));
    }

    private IQueryable<LearningHere> WithCohorts(IQueryable<Enrolment> enrolments) =>
        enrolments.AsNoTracking().Join(db.Cohorts, e => e.CohortId, c => c.Id, (e, c) => new LearningHere { Enrolment = e, Cohort = c });

    /// <summary>An enrolment with its cohort.</summary>
    private sealed class LearningHere
    {
        public required Enrolment Enrolment { get; init; }

        public required Cohort Cohort { get; init; }
    }
}
