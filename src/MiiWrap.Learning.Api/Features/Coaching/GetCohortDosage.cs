using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Http;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Coaching;
using MiiWrap.Learning.Domain.Cohorts;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Enrolments;

namespace MiiWrap.Learning.Api.Features.Coaching;

/// <summary>
/// How much coaching the learners of a cohort have had, by name: for its staff of everybody, for an agency's own people of their learners.
/// Who was never coached is among them.
/// </summary>
/// <param name="State" example="behind">Only those who stand so.</param>
public sealed record GetCohortDosage(Guid CohortId, string? State, string? Limit, string? Cursor) : IQuery<Page<LearnerDosage>>, IPaged;

/// <summary>One learner of a cohort.</summary>
public sealed record LearnerDosage(Guid EnrolmentId, CoachingPerson Learner, DosageView Dosage);

/// <summary>One learner as a row of a spreadsheet.</summary>
internal sealed record DosageRow(
    Guid EnrolmentId, Guid LearnerId, string LearnerName, int Contacts, int Need, string State, DateOnly From, DateOnly Until, int? Minutes,
    int? NoShows, bool Bunched, DateTime? NextSession)
{
    public static DosageRow Of(LearnerDosage one) => new(
        one.EnrolmentId, one.Learner.Id, one.Learner.Name, one.Dosage.Contacts, one.Dosage.Need, EnumNames.NameOf(one.Dosage.State),
        one.Dosage.Window.From, one.Dosage.Window.Until, one.Dosage.Minutes, one.Dosage.NoShows, one.Dosage.Bunched,
        one.Dosage.NextSession);
}

internal sealed class GetCohortDosageValidator : AbstractValidator<GetCohortDosage>
{
    public GetCohortDosageValidator()
    {
        this.RuleForPaging();
        RuleFor(x => x.State).MustBeOneOf<GetCohortDosage, DosageState>();
    }
}

internal sealed class GetCohortDosageHandler(LearningDb db, Caller caller, DosageQueries dosages, ILogger<GetCohortDosage> log)
    : IRequestHandler<GetCohortDosage, Page<LearnerDosage>>
{
    public async Task<Page<LearnerDosage>> Handle(GetCohortDosage request, CancellationToken cancellationToken)
    {
        var (cohort, enrolments) = await dosages.Counted(request.CohortId, cancellationToken);
        var learners = DosageQueries.Of(cohort, enrolments);
        return EnumNames.TryParse<DosageState>(request.State, out var state)
            ? await OfState(request, cohort, learners, state, cancellationToken)
            : await PageOf(request, cohort, learners, cancellationToken);
    }

    private async Task<Page<LearnerDosage>> PageOf(
        GetCohortDosage request, Cohort cohort, IQueryable<Enrolment> learners, CancellationToken ct)
    {
        var known = db.Enrolments.WithSessionsSeenBy(caller, db);
        var rows = await learners.LoadReadablePageAsync(
            e => e.Id, some => some.PageBy(request, e => e.LearnerSortName, e => e.Id),
            some => some.Select(e => new Row(e, known.Any(k => k.Id == e.Id))).ToListAsync(ct), log.LeavesOut("enrolment"), ct);
        var page = rows.ToPage(request, r => (r.Enrolment.LearnerSortName, r.Enrolment.Id));
        return new(await Of(cohort, page.Items, ct), page.Next);
    }

    /// <summary>
    /// Where somebody stands is worked out from their sessions, so a page of one state is filled by walking over the others.
    /// </summary>
    private async Task<Page<LearnerDosage>> OfState(
        GetCohortDosage request, Cohort cohort, IQueryable<Enrolment> learners, DosageState state, CancellationToken ct)
    {
        var found = new List<LearnerDosage>();
        for (GetCohortDosage? next = request with { Limit = Paging.AllAtOnce }; next is not null;)
        {
            var page = await PageOf(next, cohort, learners, ct);
            found.AddRange(page.Items.Where(l => l.Dosage.State == state));
            next = page.Next is { } cursor && found.Count <= request.Take() ? next with { Cursor = cursor } : null;
        }

        return found.ToPage(request, l => (SortKey.Of(l.Learner.Name), l.EnrolmentId));
    }

    private async Task<IReadOnlyList<LearnerDosage>> Of(Cohort cohort, IReadOnlyList<Row> learners, CancellationToken ct)
    {
        var sessions = await dosages.ReadableSessionsOf(learners.Select(r => r.Enrolment.Id), ct);
        return [.. learners.Where(r => !sessions.Damaged.Contains(r.Enrolment.Id)).Select(r =>
        {
            var own = sessions.Of[r.Enrolment.Id].ToList();
            return new LearnerDosage(r.Enrolment.Id, new(r.Enrolment.PersonId, r.Enrolment.LearnerName),
                dosages.View(dosages.Of(cohort, r.Enrolment.EnrolledAt, own), own, r.KnowsAttendance));
        })];
    }

    private sealed record Row(Enrolment Enrolment, bool KnowsAttendance);
}
