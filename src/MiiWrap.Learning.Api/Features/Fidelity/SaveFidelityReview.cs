using System.Text.Json.Serialization;
using FluentValidation;
using FluentValidation.Results;
using MediatR;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Http;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Fidelity;

namespace MiiWrap.Learning.Api.Features.Fidelity;

/// <summary>
/// The rater saves what they have so far, in place of what was there; it may be incomplete, and the scores are as they would be.
/// </summary>
/// <param name="Ratings">A value, or <c>na</c>, for each item that has one; what is left out is not rated.</param>
/// <param name="Notes">Words about an item, up to 500 characters each. Leave out names, dates and places.</param>
/// <param name="PrivacyConfirmed">The rater has looked at what in them might point to a person.</param>
public sealed record SaveFidelityReview(
    IReadOnlyDictionary<string, ItemRating>? Ratings,
    [property: JsonConverter(typeof(TextsAsSent))] IReadOnlyDictionary<string, string>? Notes, bool? PrivacyConfirmed)
    : ICommand<FidelityReviewView>
{
    [JsonIgnore]
    public Guid ReviewId { get; init; }

    [JsonIgnore]
    public Precondition Precondition { get; init; }
}

internal sealed class SaveFidelityReviewValidator : AbstractValidator<SaveFidelityReview>
{
    private const int MostItems = 200;

    public SaveFidelityReviewValidator()
    {
        RuleFor(x => x.Ratings).NotNull().Must(r => r is null || r.Count <= MostItems).WithMessage($"A form has at most {MostItems} items.");
        RuleFor(x => x.Notes).Cascade(CascadeMode.Stop)
            .Must(n => n is null || n.Count <= MostItems).WithMessage($"A form has at most {MostItems} items.")
            .Must(n => n is null || n.Values.All(t => !string.IsNullOrWhiteSpace(t)))
            .WithMessage("A note is a text; leave out an item that has none.")
            .Must(n => n is null || n.Values.All(t => !IncomingText.IsSound(t) || t.NormalizeNfc().Length <= FidelityReview.MostNote))
            .WithMessage($"A note has at most {FidelityReview.MostNote} characters.");
    }
}

internal sealed class SaveFidelityReviewHandler(
    LearningDb db, FidelityReviewAccess reviews, FidelityReviewViews views, PrivacyGate gate, TimeProvider clock)
    : IRequestHandler<SaveFidelityReview, FidelityReviewView>
{
    public async Task<FidelityReviewView> Handle(SaveFidelityReview request, CancellationToken cancellationToken)
    {
        var found = await reviews.FindOwn(request.ReviewId, "saves ratings", cancellationToken);
        var review = found.Review;
        var instrument = await views.InstrumentOf(review, cancellationToken);
        var ratings = request.Ratings!.ToDictionary(r => r.Key, r => r.Value.Value, StringComparer.Ordinal);
        var notes = (request.Notes ?? new Dictionary<string, string>())
            .ToDictionary(n => n.Key, n => n.Value.NormalizeNfc(), StringComparer.Ordinal);
        // Who comes too late is told so, whatever they bring and whatever they have read.
        review.MustBeDraft();
        request.Precondition.Check(FidelityReviewViews.Stale, FidelityReviewViews.ETagOf(review));
        var refused = instrument.Refused(ratings).Select(r => new ValidationFailure($"ratings.{r.Item}", r.Message)).ToList();
        // What stands before a note may be words as well, and is not repeated.
        if (notes.Keys.Any(code => instrument.Item(code) is null)) refused.Add(new("notes", "A note is about an item of the form."));
        if (refused.Count > 0) throw new ValidationException(refused);
        await gate.PassAsync(review.EnrolmentId, request.PrivacyConfirmed, cancellationToken,
            texts: [.. request.Notes?.Select(n => new FreeText($"notes.{n.Key}", n.Value)) ?? []]);
        review.Rate(ratings, notes, clock.UtcNow());
        await db.SaveChangesAsync(cancellationToken);
        return await views.Of(found, cancellationToken);
    }
}
