using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain;

namespace MiiWrap.Learning.Api.Features.Nudges;

/// <summary>Sweeps for the one person whose ask is due; an ask that has been moved meanwhile is put back to its new moment.</summary>
internal sealed class DeliverNudgeHandler(LearningDb db, IMediator mediator, IJobs jobs, TimeProvider clock) : IRequestHandler<DeliverNudge, Delivery>
{
    public async Task<Delivery> Handle(DeliverNudge request, CancellationToken cancellationToken)
    {
        var found = await Find(request.NudgeId, cancellationToken);
        if (found is { Status: NudgeStatus.Planned } && found.DueAt <= clock.UtcNow())
        {
            await mediator.Send(new SendDueNudges { PersonId = found.PersonId }, cancellationToken);
            found = await Find(request.NudgeId, cancellationToken);
        }

        var isLate = found is { Status: NudgeStatus.Planned } && found.DueAt <= clock.UtcNow();
        if (found is { Status: NudgeStatus.Planned } && !isLate) jobs.At(found.DueAt, request);
        return new(found?.Status, isLate);
    }

    private Task<Standing?> Find(Guid nudgeId, CancellationToken ct) =>
        db.Nudges.Where(n => n.Id == nudgeId).Select(n => new Standing(n.PersonId, n.Status, n.DueAt)).SingleOrDefaultAsync(ct);

    private sealed record Standing(Guid PersonId, NudgeStatus Status, DateTime DueAt);
}
