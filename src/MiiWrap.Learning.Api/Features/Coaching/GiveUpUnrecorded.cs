using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Coaching;
using MiiWrap.Learning.Domain.Common;

namespace MiiWrap.Learning.Api.Features.Coaching;

/// <summary>
/// Sessions of which nobody has said within 14 days whether they were held count nowhere, and stay on their coach's desk.
/// </summary>
public sealed record GiveUpUnrecorded : ICommand<UnrecordedReport>;

/// <summary>How many sessions were given up.</summary>
public sealed record UnrecordedReport(int Sessions);

internal sealed class GiveUpUnrecordedHandler(LearningDb db, TimeProvider clock, ILogger<GiveUpUnrecorded> log)
    : IRequestHandler<GiveUpUnrecorded, UnrecordedReport>
{
    private const int Most = 1000;

    public async Task<UnrecordedReport> Handle(GiveUpUnrecorded request, CancellationToken cancellationToken)
    {
        var now = clock.UtcNow();
        var since = now.AddDays(-CoachingSession.DaysToRecord);
        var late = await db.CoachingSessions.Where(s => s.Status == SessionStatus.Planned && s.StartsAt < since).OrderBy(s => s.StartsAt)
            .Select(s => s.Id).Take(Most).ToListAsync(cancellationToken);
        return new(await db.SaveEachAsync(
            late, async id => (await Load(id, cancellationToken)).GiveUp(now),
            (id, e) => log.LogError(e, "Session {SessionId} could not be given up", id), cancellationToken));
    }

    private Task<CoachingSession> Load(Guid id, CancellationToken ct) =>
        db.CoachingSessions.Include(s => s.Participants).SingleAsync(s => s.Id == id, ct);
}
