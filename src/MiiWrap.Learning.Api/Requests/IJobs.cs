using MiiWrap.Learning.Domain;

namespace MiiWrap.Learning.Api.Requests;

/// <summary>
/// The job engine, asked for a request at a moment of its own. What is due stands in our tables and is swept anyway, so an engine may do nothing
/// with it; one that does shows the work waiting, tried again and done.
/// </summary>
public interface IJobs
{
    /// <summary>Call this after the save: the engine keeps its jobs elsewhere, and must not know of what was never written.</summary>
    void At(DateTime dueUtc, DeliverNudge request);
}

/// <summary>One ask is due: the ledger decides whether anything goes out, so this may come late, early or twice.</summary>
public sealed record DeliverNudge(Guid NudgeId) : ICommand<Delivery>;

/// <summary>How the ask stands after that; null when there is none.</summary>
public sealed record Delivery(NudgeStatus? Status, bool IsLate)
{
    /// <summary>Its message did not get out of the house: it is worth another try, or somebody's attention.</summary>
    public bool Failed => Status == NudgeStatus.Failed || IsLate;
}
