using System.Text.Json;
using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Http;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Messaging;

namespace MiiWrap.Learning.Api.Features.Events;

/// <summary>
/// Server-sent events that tell a person's front end what to read again, and nothing else: next, nudges, feedback or queue. What was missed
/// while no stream was open is not told: read all once when it opens.
/// </summary>
public sealed record FollowMe : IQuery<FollowedFrom>;

/// <summary>Where the log of events ends now.</summary>
public sealed record FollowedFrom(long Position);

/// <summary>What a front end reads again.</summary>
public enum ChangedPart
{
    /// <summary>What comes next for the learner.</summary>
    Next,

    /// <summary>The learner's check-ins.</summary>
    Nudges,

    /// <summary>What the learner's coaches have written.</summary>
    Feedback,

    /// <summary>What waits for review in the cohorts where the person teaches.</summary>
    Queue,
}

/// <summary>One thing that changed.</summary>
/// <param name="What">What to read again.</param>
public sealed record Changed(ChangedPart What);

internal sealed class FollowMeHandler(LearningDb db, IMediator mediator) : IRequestHandler<FollowMe, FollowedFrom>
{
    public async Task<FollowedFrom> Handle(FollowMe request, CancellationToken cancellationToken)
    {
        await mediator.Send(new SequenceEvents(), cancellationToken);
        return new(await db.IntegrationEvents.MaxAsync(e => e.SequenceNumber, cancellationToken) ?? 0);
    }
}

internal sealed class PersonalStream(FollowedFrom from) : FollowingStream
{
    private static readonly Dictionary<string, ChangedPart[]> OfLearner = new()
    {
        [EventTypes.UnitStarted] = [ChangedPart.Next],
        [EventTypes.UnitCompleted] = [ChangedPart.Next, ChangedPart.Nudges],
        [EventTypes.ReflectionSubmitted] = [ChangedPart.Next],
        [EventTypes.ReflectionReviewed] = [ChangedPart.Next, ChangedPart.Feedback],
        [EventTypes.NudgeSent] = [ChangedPart.Next, ChangedPart.Nudges],
        [EventTypes.NudgeAnswered] = [ChangedPart.Next, ChangedPart.Nudges],
        [EventTypes.EnrolmentCreated] = [ChangedPart.Next],
        [EventTypes.EnrolmentCompleted] = [ChangedPart.Next],
        [EventTypes.EnrolmentWithdrawn] = [ChangedPart.Next, ChangedPart.Nudges],
        [EventTypes.EnrolmentResumed] = [ChangedPart.Next, ChangedPart.Nudges],
        [EventTypes.EnrolmentChanged] = [ChangedPart.Next, ChangedPart.Nudges],
        [EventTypes.EnrolmentMoved] = [ChangedPart.Next, ChangedPart.Nudges],
    };

    private static readonly HashSet<string> OfReviewers =
    [
        EventTypes.ReflectionSubmitted, EventTypes.ReflectionReviewed, EventTypes.EnrolmentWithdrawn, EventTypes.EnrolmentResumed,
        EventTypes.EnrolmentMoved,
    ];

    private long last = from.Position;

    protected override IReadOnlyList<string> Begin(JsonSerializerOptions json) => [];

    protected override async Task<IReadOnlyList<string>?> Next(IServiceProvider scope, JsonSerializerOptions json, CancellationToken ct)
    {
        var (db, me) = (scope.GetRequiredService<LearningDb>(), scope.GetRequiredService<Caller>().PersonId);
        var items = await scope.GetRequiredService<EventLog>().After(last, Paging.MostLimit, ct);
        if (items.Count == 0) return [];
        last = EventLog.PositionOf(items[^1].Cursor);
        var changed = items.Where(i => Id(i, "learnerId") == me && OfLearner.ContainsKey(i.Type)).SelectMany(i => OfLearner[i.Type]).ToHashSet();
        var cohorts = items.Where(i => OfReviewers.Contains(i.Type)).Select(i => Id(i, "cohortId")).OfType<Guid>().Distinct().ToList();
        if (cohorts.Count > 0 && await db.CohortMembers.AnyAsync(m => m.PersonId == me && cohorts.Contains(m.CohortId), ct))
            changed.Add(ChangedPart.Queue);
        return [.. changed.Order().Select(part => $"event: changed\ndata: {JsonSerializer.Serialize(new Changed(part), json)}\n\n")];
    }

    private static Guid? Id(EventItem item, string field) =>
        item.Data.ValueKind == JsonValueKind.Object && item.Data.TryGetProperty(field, out var id) && id.TryGetGuid(out var value)
            ? value : null;
}
