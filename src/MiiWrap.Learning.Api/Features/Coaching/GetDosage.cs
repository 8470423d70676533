using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Requests;

namespace MiiWrap.Learning.Api.Features.Coaching;

/// <summary>
/// How much coaching one learner has had: for themselves, their coach and staff of the cohort; for their agency where they stand, and not
/// when they were where, whoever of it coaches them.
/// </summary>
public sealed record GetDosage(Guid EnrolmentId) : IQuery<DosageView>;

internal sealed class GetDosageHandler(LearningDb db, Caller caller, DosageQueries dosages) : IRequestHandler<GetDosage, DosageView>
{
    public async Task<DosageView> Handle(GetDosage request, CancellationToken cancellationToken)
    {
        var (followed, coached, known) = (
            db.Enrolments.FollowedBy(caller, db), db.Enrolments.CoachedBy(caller, db), db.Enrolments.WithSessionsSeenBy(caller, db));
        // What others have held with a learner of their own agency is told to no coach; of their own sessions they read the lists.
        var own = db.LearnersOfOwnAgencies(caller);
        var found = await db.Enrolments.AsNoTracking().Where(e => e.Id == request.EnrolmentId)
            .Where(e => followed.Any(f => f.Id == e.Id) || coached.Any(c => c.Id == e.Id))
            .Join(db.Cohorts, e => e.CohortId, c => c.Id, (e, c) => new
            {
                Cohort = c,
                e.EnrolledAt,
                KnowsAttendance = e.PersonId == caller.AsLearner || known.Any(x => x.Id == e.Id)
                    || (coached.Any(x => x.Id == e.Id) && !own.Contains(e.PersonId)),
            }).SingleOrDefaultAsync(cancellationToken) ?? throw new NotFoundException("enrolment");
        if (!found.Cohort.Coaching) throw new NotFoundException("dosage");
        var sessions = (await dosages.SessionsOf(
            db.Enrolments.Where(e => e.Id == request.EnrolmentId).Select(e => e.Id), cancellationToken))[request.EnrolmentId].ToList();
        return dosages.View(dosages.Of(found.Cohort, found.EnrolledAt, sessions), sessions, found.KnowsAttendance);
    }
}
