using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Content;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Http;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Coaching;
using MiiWrap.Learning.Domain.Fidelity;

namespace MiiWrap.Learning.Api.Features.Fidelity;

/// <summary>What one person saw once of somebody's practice.</summary>
/// <param name="Instrument" example="tpo-1">The code of the instrument by which it is rated.</param>
/// <param name="Version">The instrument's version, for good.</param>
/// <param name="Subject">Whose practice it is.</param>
/// <param name="Rater">Who rates.</param>
/// <param name="RaterRole">In which part they do.</param>
/// <param name="EventKind">What was looked at.</param>
/// <param name="EventMonth" example="2027-03">The month in which it was; never the day.</param>
/// <param name="SegmentMinutes">How long the rated segment was; null where nobody says.</param>
/// <param name="ConsentConfirmed">Whether the rater has the word of all concerned.</param>
/// <param name="SessionId">The coaching session to which it belongs; null for none.</param>
/// <param name="Status">Where it stands.</param>
/// <param name="Notice" example="One sample: what one person saw once">Show it beside the scores.</param>
/// <param name="Ratings">
/// What each item was given, by its code; none in a list.
/// </param>
/// <param name="Notes">The rater's words, by item; none in a list.</param>
/// <param name="Scores">
/// What comes of the ratings, in the form's order; of a draft, as it would be now. In a list the total alone, once it is locked, and
/// nothing for who is shown it as a programme admin: each reading of theirs is written down.
/// </param>
/// <param name="Flags">The codes of the flags that are raised; in a list, where its total is shown.</param>
/// <param name="Missing">The codes of the items that were neither rated nor marked N/A; none in a list.</param>
/// <param name="Pair">The blind pair of which it is a half; null for none.</param>
/// <param name="Supersedes">The review whose place it takes; null for none.</param>
/// <param name="AmendReason">Why it takes that one's place; null otherwise, and in a list.</param>
/// <param name="VoidReason">Why it counts no more; null otherwise, and in a list.</param>
/// <param name="Reply">What the subject had to say about it; null for nothing, and in a list.</param>
/// <param name="RepliedAt">When they said so; null before.</param>
/// <param name="LockedAt">From when on its subject sees it; null before.</param>
/// <param name="PurgedAt">When the time for which its words are kept was over; null before.</param>
public sealed record FidelityReviewView(
    Guid Id, string Instrument, int Version, FidelityPerson Subject, FidelityPerson Rater, RaterRole RaterRole, ObservationKind EventKind,
    string EventMonth, int? SegmentMinutes, bool ConsentConfirmed, Guid? SessionId, FidelityReviewStatus Status, string Notice,
    IReadOnlyDictionary<string, ItemRating> Ratings, IReadOnlyDictionary<string, string> Notes, IReadOnlyList<ReviewScore> Scores,
    IReadOnlyList<string> Flags, IReadOnlyList<string> Missing, FidelityPairView? Pair, Guid? Supersedes, string? AmendReason,
    string? VoidReason, string? Reply, DateTime? RepliedAt, DateTime CreatedAt, DateTime? LockedAt, DateTime? PurgedAt)
    : IHasEtag
{
    /// <summary>The tag to send as If-Match with a change.</summary>
    public required string Etag { get; init; }
}

/// <summary>A subject or a rater, by name.</summary>
public sealed record FidelityPerson(Guid Id, string Name);

/// <summary>A score of one review.</summary>
/// <param name="Code" example="total">The score's code.</param>
/// <param name="Value" example="80.0">Rounded for people; null with a reason.</param>
/// <param name="Band" example="strong">The word for its range; null where there is none, or with a reason.</param>
/// <param name="Provenance">Who set the band's edge, and on what ground; show it beside the word. Null without a band.</param>
/// <param name="Reason" example="tooFewRated">Why there is no value, or no band; null otherwise.</param>
/// <param name="Rated">How many of its items have a value.</param>
public sealed record ReviewScore(string Code, decimal? Value, string? Band, string? Provenance, string? Reason, int Rated)
{
    internal static ReviewScore Of(KeptScore score) =>
        new(score.Code, score.Shown, score.Band, score.Provenance, score.Reason, score.Rated);
}

/// <summary>Where a blind pair stands.</summary>
public enum PairState
{
    /// <summary>Nobody sees a half but its rater.</summary>
    Open,

    /// <summary>Both are in, and both are seen.</summary>
    Locked,

    /// <summary>One half did not come in thirty days, and the other was released.</summary>
    Abandoned,
}

/// <summary>A blind pair.</summary>
/// <param name="State">Where it stands.</param>
public sealed record FidelityPairView(Guid Id, PairState State);

/// <summary>Makes views of reviews that the caller may see.</summary>
internal sealed class FidelityReviewViews(LearningDb db, InstrumentLibrary library)
{
    public const string Stale = "fidelity.stale";
    public const string OneSample = "One sample: what one person saw once";

    public static string ETagOf(FidelityReview review) => ETags.Of(review.Id, review.Version);

    /// <summary>One review with all that its reader may know.</summary>
    public async Task<FidelityReviewView> Of(OpenedFidelityReview found, CancellationToken ct)
    {
        var (review, instrument) = (found.Review, await InstrumentOf(found.Review, ct));
        var scores = review.Result?.Scores
            ?? [.. instrument.ScoresOf(review.Draft, new(found.RaterIsCalibrated, review.Event.SegmentMinutes)).Select(KeptScore.Of)];
        return Tagged(Of(ReviewRow.Of(review), found.SubjectName, found.RaterName, found.Pair) with
        {
            Ratings = ItemRating.Of(review.Ratings),
            Notes = review.Notes,
            Scores = [.. scores.Select(ReviewScore.Of)],
            Flags = review.Result?.Flags ?? [.. instrument.FlagsOf(review.Draft).Select(f => f.Code)],
            Missing = [.. instrument.Missing(review.Ratings).Select(i => i.Code)],
            AmendReason = review.AmendReason,
            VoidReason = review.VoidReason,
            Reply = review.Reply,
        });
    }

    /// <summary>Without ratings and words; one statement for the names, and one for the pairs.</summary>
    /// <param name="withTotal">Whether the reader is shown what came of a review.</param>
    public async Task<IReadOnlyList<FidelityReviewView>> Of(
        IReadOnlyList<ReviewRow> reviews, Func<ReviewRow, bool> withTotal, CancellationToken ct)
    {
        var people = reviews.SelectMany(r => new[] { r.SubjectId, r.RaterId }).ToHashSet();
        var pairIds = reviews.Select(r => r.PairId).OfType<Guid>().ToHashSet();
        var names = await db.Users.Where(p => people.Contains(p.Id)).Select(p => new { p.Id, p.Name })
            .ToDictionaryAsync(p => p.Id, p => p.Name, ct);
        var pairs = pairIds.Count == 0 ? [] : await db.RaterPairs.AsNoTracking().Where(p => pairIds.Contains(p.Id))
            .ToDictionaryAsync(p => p.Id, ct);
        return
        [
            .. reviews.Select(review =>
            {
                var view = Of(
                    review, names[review.SubjectId], names[review.RaterId], review.PairId is { } pair ? pairs[pair] : null);
                return Tagged(withTotal(review)
                    ? view with { Scores = review.Total is { } total ? [ReviewScore.Of(total)] : [], Flags = review.Flags ?? [] }
                    : view);
            }),
        ];
    }

    public Task<Instrument> InstrumentOf(FidelityReview review, CancellationToken ct) =>
        library.PinnedBy(db, nameof(FidelityReview), review.Id, review.Instrument, review.InstrumentVersion, ct);

    private static FidelityReviewView Tagged(FidelityReviewView view) => view with { Etag = ETags.OfShown(view.Etag, view) };

    /// <summary>With the tag of its state alone.</summary>
    private static FidelityReviewView Of(ReviewRow review, string subject, string rater, InterRaterPair? pair) =>
        new(
            review.Id, review.Instrument, review.InstrumentVersion, new(review.SubjectId, subject), new(review.RaterId, rater),
            review.RaterRole, review.Event.Kind, Months.NameOf(review.Event.Month), review.Event.SegmentMinutes,
            review.Event.ConsentConfirmed, review.SessionId, review.Status, OneSample, new Dictionary<string, ItemRating>(),
            new Dictionary<string, string>(), [], [], [], pair is null ? null : new(pair.Id, StateOf(pair)), review.SupersedesId,
            null, null, null, review.RepliedAt, review.CreatedAt, review.LockedAt, review.PurgedAt)
        { Etag = ETags.Of(review.Id, review.RowVersion) };

    private static PairState StateOf(InterRaterPair pair) =>
        pair.LockedAt is not null ? PairState.Locked : pair.AbandonedAt is not null ? PairState.Abandoned : PairState.Open;
}

/// <summary>What a list reads of a review: no ratings and no words.</summary>
/// <param name="Total">Null until it is locked, and where the instrument has none.</param>
/// <param name="Flags">Null until it is locked.</param>
internal sealed record ReviewRow(
    Guid Id, string Instrument, int InstrumentVersion, Guid SubjectId, Guid RaterId, RaterRole RaterRole, RatedEvent Event,
    Guid? SessionId, FidelityReviewStatus Status, Guid? PairId, Guid? SupersedesId, DateTime CreatedAt, DateTime? RepliedAt,
    DateTime? LockedAt, DateTime? PurgedAt, int RowVersion, KeptScore? Total, IReadOnlyList<string>? Flags)
{
    public static readonly Expression<Func<FidelityReview, ReviewRow>> FromReview = r => new ReviewRow(
        r.Id, r.Instrument, r.InstrumentVersion, r.SubjectId, r.RaterId, r.RaterRole, r.Event, r.SessionId, r.Status, r.PairId,
        r.SupersedesId, r.CreatedAt, r.RepliedAt, r.LockedAt, r.PurgedAt, r.Version,
        r.Result == null ? null : r.Result.Total, r.Result == null ? null : r.Result.Flags);

    /// <summary>The same of a review that is loaded whole.</summary>
    public static readonly Func<FidelityReview, ReviewRow> Of = FromReview.Compile();
}
