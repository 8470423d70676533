using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Data.Entities;
using MiiWrap.Learning.Domain.Coaching;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Enrolments;
using MiiWrap.Learning.Domain.Fidelity;

namespace MiiWrap.Learning.Api.Features.Demonstration;

/// <summary>
/// The fidelity reviews of the demonstration: totals that fall by the same rater's eyes, others whose raters changed, a blind pair that
/// disagrees, and a self-review. Those of earlier meetings were rated from recordings. The first learner of the tour has none.
/// </summary>
internal sealed class DemonstrationFidelity(LearningDb db, Instrument form, Person coach, Person lead, DateTime now)
{
    private static readonly TimeZoneInfo Zone = Zones.Find(DemonstrationPeople.TimeZone);

    /// <param name="firstGroup">The three who began twelve weeks ago.</param>
    public void Add(IReadOnlyList<Enrolment> firstGroup)
    {
        var (nia, oscar, priya) = (firstGroup[0], firstGroup[1], firstGroup[2]);

        // Oscar: 88.1, 84.5, 85.7, 79.8 and 76.2, all by his coach.
        foreach (var (monthsBack, strong, daysAgo) in new[] { (11, 18, 70), (9, 15, 56), (6, 16, 41), (3, 11, 26), (0, 8, 4) })
            Lock(oscar, coach.Id, RaterRole.Coach, monthsBack, Solid(strong), daysAgo, Note);

        // Nia: the lead rated her first and the coach later, and his totals are lower.
        foreach (var (rater, role, monthsBack, strong, daysAgo) in new[]
        {
            (lead.Id, RaterRole.Lead, 10, 17, 66), (lead.Id, RaterRole.Lead, 7, 18, 52), (coach.Id, RaterRole.Coach, 3, 9, 30),
            (coach.Id, RaterRole.Coach, 0, 8, 5),
        }) Lock(nia, rater, role, monthsBack, Solid(strong), daysAgo, Note);

        // Priya: two saw the same meeting and scored it unlike, and she thinks better of it than either.
        Pair(priya, monthsBack: 1, daysAgo: 12, "3211221023211222321122222121", "2132230122201223311212222022");
        Lock(priya, priya.PersonId, RaterRole.Self, 1, Solid(14), 20, null);
    }

    private const string Note = "The idea came before the question, twice. The second time they noticed it and asked after all.";

    private void Lock(
        Enrolment subject, Guid raterId, RaterRole role, int monthsBack, IReadOnlyDictionary<string, int?> ratings, int daysAgo,
        string? note)
    {
        var review = Begin(subject, raterId, role, monthsBack, ratings, null, daysAgo, note);
        review.Submit(form, At(daysAgo, 17));
        review.Lock(form, raterCalibrated: false, null, At(daysAgo, 17));
    }

    private void Pair(Enrolment subject, int monthsBack, int daysAgo, string coachs, string leads)
    {
        var pair = InterRaterPair.Begin(form, coach.Id, lead.Id, At(daysAgo));
        db.Add(pair);
        FidelityReview[] halves =
        [
            Begin(subject, coach.Id, RaterRole.Coach, monthsBack, Digits(coachs), pair.Id, daysAgo, Note),
            Begin(subject, lead.Id, RaterRole.Lead, monthsBack, Digits(leads), pair.Id, daysAgo, null),
        ];
        foreach (var half in halves)
        {
            half.Submit(form, At(daysAgo, 17));
            pair.Take(half.RaterId, At(daysAgo, 17));
        }

        foreach (var half in halves) half.Lock(form, raterCalibrated: false, null, At(daysAgo, 17));
        pair.Lock(firstWasCalibrated: false, secondWasCalibrated: false, At(daysAgo, 17));
    }

    private FidelityReview Begin(
        Enrolment subject, Guid raterId, RaterRole role, int monthsBack, IReadOnlyDictionary<string, int?> ratings, Guid? pairId,
        int daysAgo, string? note)
    {
        var ratedOn = DaysAgo(daysAgo);
        // Never after the day on which it was rated.
        var month = new DateOnly(DaysAgo(0).Year, DaysAgo(0).Month, 1).AddMonths(-monthsBack);
        if (month > ratedOn) month = new(ratedOn.Year, ratedOn.Month, 1);
        var review = FidelityReview.Begin(
            form, subject, raterId, role, new(ObservationKind.Recorded, month, 45, ConsentConfirmed: true), null, pairId, At(daysAgo));
        review.Rate(ratings, note is null ? new Dictionary<string, string>() : new() { ["B3"] = note }, At(daysAgo, 16));
        db.Add(review);
        return review;
    }

    /// <summary>So many items strong, spread over the form, and the others solid.</summary>
    private Dictionary<string, int?> Solid(int strong) => form.Items.Select((item, i) => (item.Code, Place: i * 11 % 28))
        .ToDictionary(i => i.Code, i => (int?)(i.Place < strong ? 3 : 2));

    /// <summary>A digit for each item in the form's order.</summary>
    private Dictionary<string, int?> Digits(string ratings) =>
        form.Items.Zip(ratings).ToDictionary(r => r.First.Code, r => (int?)(r.Second - '0'));

    private DateOnly DaysAgo(int days) => Zones.LocalDate(now, Zone).AddDays(-days);

    private DateTime At(int daysAgo, int hour = 15) => Zones.ToUtc(DaysAgo(daysAgo).ToDateTime(new(hour, 0)), Zone);
}
