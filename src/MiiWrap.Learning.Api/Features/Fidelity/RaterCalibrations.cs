using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Content;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Domain.Fidelity;

namespace MiiWrap.Learning.Api.Features.Fidelity;

/// <summary>Works out anew who is calibrated, in the save of whatever bears on it.</summary>
internal sealed class RaterCalibrations(LearningDb db, InstrumentLibrary library, RatedPairs pairs)
{
    /// <summary>A pair is locked in this save.</summary>
    /// <param name="instrument">The version by which it was rated.</param>
    public async Task RenewWith(
        InterRaterPair pair, Instrument instrument, IReadOnlyCollection<FidelityReview> halves, DateTime now, CancellationToken ct)
    {
        IReadOnlyDictionary<string, int?> RatingsOf(Guid raterId) => halves.Single(h => h.RaterId == raterId).Ratings;
        var (first, second) = (RatingsOf(pair.FirstRaterId), RatingsOf(pair.SecondRaterId));
        var today = DateOnly.FromDateTime(now);
        var stored = await pairs.Of([pair.FirstRaterId, pair.SecondRaterId], today, [pair.Id], ct);
        await Renew(
            pair.FirstRaterId, pair.Instrument, stored, RatedPair.Of(instrument, first, second, today, pair.SecondWasCalibrated), now, ct);
        await Renew(
            pair.SecondRaterId, pair.Instrument, stored, RatedPair.Of(instrument, second, first, today, pair.FirstWasCalibrated), now, ct);
    }

    /// <summary>Pairs have come to count no more in this save.</summary>
    public async Task RenewWithout(IReadOnlyCollection<InterRaterPair> gone, DateTime now, CancellationToken ct)
    {
        var raters = gone.SelectMany(p => new[] { (Id: p.FirstRaterId, p.Instrument), (Id: p.SecondRaterId, p.Instrument) }).ToHashSet();
        if (raters.Count == 0) return;
        var stored = await pairs.Of(
            raters.Select(r => r.Id).ToHashSet(), DateOnly.FromDateTime(now), gone.Select(p => p.Id).ToHashSet(), ct);
        foreach (var (rater, code) in raters) await Renew(rater, code, stored, null, now, ct);
    }

    /// <summary>Somebody is appointed in this save.</summary>
    public async Task RenewWith(RaterAppointment appointment, CancellationToken ct)
    {
        var (rater, now) = (appointment.PersonId, appointment.AppointedAt);
        var stored = await pairs.Of([rater], DateOnly.FromDateTime(now), [], ct);
        await Renew(rater, appointment.Instrument, stored, null, now, ct, appointment);
    }

    private async Task Renew(
        Guid raterId, string code, ILookup<(Guid RaterId, string Instrument), PairOfRater> stored, RatedPair? added, DateTime now,
        CancellationToken ct, RaterAppointment? appointment = null)
    {
        var instrument = (await library.Find(db, code, null, ct))!;
        var appointedAt = appointment?.AppointedAt
            ?? await db.RaterAppointments.Where(a => a.PersonId == raterId && a.Instrument == code)
                .MaxAsync(a => (DateTime?)a.AppointedAt, ct);
        var row = await db.RaterCalibrations.SingleOrDefaultAsync(c => c.PersonId == raterId && c.Instrument == code, ct);
        // Also where it stays as it is: another pair that locks at this moment was worked out without this one.
        if (row is null) db.Add(row = RaterCalibration.Begin(raterId, code, now));
        else db.Touch(row);
        IEnumerable<RatedPair> rated = stored[(raterId, code)].Select(p => p.Rated);
        if (added is not null) rated = rated.Append(added);
        DateOnly? appointedOn = appointedAt is { } at ? DateOnly.FromDateTime(at) : null;
        row.Become(Calibration.Of(instrument, rated, appointedOn, DateOnly.FromDateTime(now)), now);
    }
}
