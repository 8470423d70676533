using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Http;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Coaching;

namespace MiiWrap.Learning.Api.Features.Coaching;

/// <summary>
/// Coaching sessions that the caller may see, in their order. A filter finds by none of the participants whom they are not shown.
/// </summary>
/// <param name="Person" example="01a5ba5a-f180-7000-8000-000000000001">Only those in which this person takes part.</param>
/// <param name="Cohort" example="01a5ba5a-f180-7000-8000-000000000002">Only those of learners of this cohort.</param>
/// <param name="Status" example="planned">Only those that stand so.</param>
/// <param name="From" example="2027-03-08T00:00:00Z">Only those that begin then or later.</param>
public sealed record ListSessions(Guid? Person, Guid? Cohort, string? Status, string? From, string? Limit, string? Cursor)
    : IQuery<Page<CoachingSessionView>>, IPaged;

/// <summary>One coaching session, as far as the caller may see it.</summary>
/// <param name="SessionId">The coaching session.</param>
public sealed record GetSession(Guid SessionId) : IQuery<CoachingSessionView>;

internal sealed class ListSessionsValidator : AbstractValidator<ListSessions>
{
    public ListSessionsValidator()
    {
        this.RuleForPaging(byMoment: true);
        RuleFor(x => x.Status).MustBeOneOf<ListSessions, SessionStatus>();
        RuleFor(x => x.From).MustBeMoment();
    }
}

internal sealed class ListSessionsHandler(
    LearningDb db, Caller caller, SessionAccess sessions, CoachingViews views, ILogger<ListSessions> log)
    : IRequestHandler<ListSessions, Page<CoachingSessionView>>, IRequestHandler<GetSession, CoachingSessionView>
{
    public async Task<Page<CoachingSessionView>> Handle(ListSessions request, CancellationToken cancellationToken)
    {
        var seen = db.CoachingSessions.AsNoTracking().SeenBy(caller, db);
        if (request.Person is { } person)
        {
            var parts = db.SessionParticipants.Where(p => p.PersonId == person).ShownTo(caller, db).Select(p => p.SessionId);
            seen = seen.Where(s => parts.Contains(s.Id));
        }

        if (request.Cohort is { } cohort)
        {
            var parts = db.Enrolments.Where(e => e.CohortId == cohort)
                .Join(db.SessionParticipants.KnownTo(caller, db), e => e.Id, p => p.EnrolmentId, (_, p) => p.SessionId);
            seen = seen.Where(s => parts.Contains(s.Id));
        }

        if (EnumNames.TryParse<SessionStatus>(request.Status, out var status)) seen = seen.Where(s => s.Status == status);
        if (Moments.TryParse(request.From, out var from)) seen = seen.Where(s => s.StartsAt >= from.UtcDateTime);
        var rows = await seen.LoadReadablePageAsync(
            s => s.Id, some => some.PageBy(request, s => s.StartsAt, s => s.Id),
            some => some.Include(s => s.Participants).AsSingleQuery().ToListAsync(cancellationToken),
            log.LeavesOut("session"), cancellationToken);
        var page = rows.ToPage(request, s => (Paging.KeyOf(s.StartsAt), s.Id));
        return new(await views.Of(page.Items, cancellationToken), page.Next);
    }

    public async Task<CoachingSessionView> Handle(GetSession request, CancellationToken cancellationToken) =>
        await views.WithWords(await sessions.Find(request.SessionId, cancellationToken), cancellationToken);
}
