using System.Text.Json;
using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Http;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Messaging;

namespace MiiWrap.Learning.Api.Features.Events;

/// <summary>
/// What a person's front end shows, and where to read it; with Accept: text/event-stream an event "changed" for each part that is to be
/// read again, and nothing else. What was missed while no stream was open is not told: read all once when it opens.
/// </summary>
public sealed record FollowMe : IQuery<FollowedParts>;

/// <summary>The parts of which the stream tells.</summary>
/// <param name="Parts">Each with its address.</param>
public sealed record FollowedParts(IReadOnlyList<FollowedPart> Parts);

/// <summary>A part of what a front end shows.</summary>
/// <param name="What">Its name in the stream.</param>
/// <param name="Href" example="/v1/me/next">Where it is read.</param>
public sealed record FollowedPart(ChangedPart What, string Href);

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

internal sealed class FollowMeHandler : IRequestHandler<FollowMe, FollowedParts>
{
    private static readonly FollowedParts Parts = new(
    [
        new(ChangedPart.Next, "/v1/me/next"), new(ChangedPart.Nudges, "/v1/nudges"), new(ChangedPart.Feedback, "/v1/me/next"),
        new(ChangedPart.Queue, "/v1/reviews"),
    ]);

    public Task<FollowedParts> Handle(FollowMe request, CancellationToken cancellationToken) => Task.FromResult(Parts);
}

internal sealed class PersonalStream : FollowingStream
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
        [EventTypes.SessionPlanned] = [ChangedPart.Next],
        [EventTypes.SessionHeld] = [ChangedPart.Next],
        [EventTypes.SessionMissed] = [ChangedPart.Next],
        [EventTypes.SessionCancelled] = [ChangedPart.Next],
        [EventTypes.ActionAgreed] = [ChangedPart.Next],
        [EventTypes.ActionClosed] = [ChangedPart.Next],
    };

    private static readonly HashSet<string> OfReviewers =
    [
        EventTypes.ReflectionSubmitted, EventTypes.ReflectionReviewed, EventTypes.EnrolmentWithdrawn, EventTypes.EnrolmentResumed,
        EventTypes.EnrolmentMoved,
    ];

    private long last;
    private PersonalState? known;

    protected override async Task<IReadOnlyList<string>> Begin(IServiceProvider scope, JsonSerializerOptions json, CancellationToken ct)
    {
        await scope.GetRequiredService<IMediator>().Send(new SequenceEvents(), ct);
        last = await scope.GetRequiredService<LearningDb>().IntegrationEvents.MaxAsync(e => e.SequenceNumber, ct) ?? 0;
        known = await StateOf(scope, ct);
        return [];
    }

    protected override async Task<IReadOnlyList<string>?> Next(IServiceProvider scope, JsonSerializerOptions json, CancellationToken ct)
    {
        var (db, me) = (scope.GetRequiredService<LearningDb>(), scope.GetRequiredService<Caller>().PersonId);
        var items = await scope.GetRequiredService<EventLog>().After(last, Paging.MostLimit, ct);
        if (items.Count > 0) last = EventLog.PositionOf(items[^1].Cursor);
        var changed = items.Where(i => Id(i, "learnerId") == me && OfLearner.ContainsKey(i.Type)).SelectMany(i => OfLearner[i.Type])
            .ToHashSet();
        var cohorts = items.Where(i => OfReviewers.Contains(i.Type)).Select(i => Id(i, "cohortId")).OfType<Guid>().Distinct().ToList();
        if (cohorts.Count > 0 && await db.CohortMembers.AnyAsync(m => m.PersonId == me && cohorts.Contains(m.CohortId), ct))
            changed.Add(ChangedPart.Queue);
        // Much of what a front end shows changes without an event: a colleague's claim, a cohort's dates, a zone, days of leave.
        var state = await StateOf(scope, ct);
        changed.UnionWith(PersonalState.Changed(known, state));
        known = state ?? known;
        return [.. changed.Order().Select(part => $"event: changed\ndata: {JsonSerializer.Serialize(new Changed(part), json)}\n\n")];
    }

    /// <summary>What one damaged row keeps from being compared is told by events alone.</summary>
    private static async Task<PersonalState?> StateOf(IServiceProvider scope, CancellationToken ct)
    {
        try
        {
            return await PersonalState.Read(
                scope.GetRequiredService<LearningDb>(), scope.GetRequiredService<Caller>().PersonId,
                scope.GetRequiredService<TimeProvider>().UtcNow(), ct);
        }
        catch (Exception e) when (e.IsOfOneRow())
        {
            scope.GetRequiredService<ILogger<PersonalStream>>().LogError(e, "What a stream tells of cannot be compared");
            return null;
        }
    }

    private static Guid? Id(EventItem item, string field) =>
        item.Data.ValueKind == JsonValueKind.Object && item.Data.TryGetProperty(field, out var id) && id.TryGetGuid(out var value)
            ? value : null;
}
