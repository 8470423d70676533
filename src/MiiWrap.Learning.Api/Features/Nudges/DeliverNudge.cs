using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Nudges;

namespace MiiWrap.Learning.Api.Features.Nudges;

/// <summary>One ask is due: the ledger decides whether anything goes out, so this may come late, early or twice.</summary>
public sealed record DeliverNudge(Guid NudgeId) : ICommand<NudgeDelivery>;

/// <summary>How the ask stands after that; the status is null when there is no such ask.</summary>
/// <param name="DueAt">When it is due now: a planned ask may have been moved.</param>
/// <param name="IsLate">It should have gone out and did not.</param>
public sealed record NudgeDelivery(NudgeStatus? Status, DateTime? DueAt, bool IsLate)
{
    /// <summary>Its message did not get out of the house: it is worth another try, or somebody's attention.</summary>
    public bool Failed => Status == NudgeStatus.Failed || IsLate;
}

/// <summary>Sweeps for the one person whose ask is due.</summary>
internal sealed class DeliverNudgeHandler(LearningDb db, IMediator mediator, TimeProvider clock)
    : IRequestHandler<DeliverNudge, NudgeDelivery>
{
    public async Task<NudgeDelivery> Handle(DeliverNudge request, CancellationToken cancellationToken)
    {
        var found = await Find(request.NudgeId, cancellationToken);
        if (IsDue(found))
        {
            await mediator.Send(new SendDueNudges { PersonId = found!.PersonId }, cancellationToken);
            found = await Find(request.NudgeId, cancellationToken);
        }

        return new(found?.Status, found?.DueAt, IsDue(found));
    }

    private bool IsDue(NudgeState? found) => found is { Status: NudgeStatus.Planned } && found.DueAt <= clock.UtcNow();

    private Task<NudgeState?> Find(Guid nudgeId, CancellationToken ct) =>
        db.Nudges.Where(n => n.Id == nudgeId).Select(n => new NudgeState(n.PersonId, n.Status, n.DueAt)).SingleOrDefaultAsync(ct);

    private sealed record NudgeState(Guid PersonId, NudgeStatus Status, DateTime DueAt);
}
