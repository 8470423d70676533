using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Content;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Http;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Fidelity;

namespace MiiWrap.Learning.Api.Features.Fidelity;

/// <summary>
/// Who is calibrated on which instrument, and until when, by name: oneself, those who teach or have rated in a cohort that the caller
/// leads, and for a programme admin everybody. Whoever was half of a blind pair, or was appointed, is in it.
/// </summary>
/// <param name="Instrument" example="tpo-1">Only on this instrument.</param>
public sealed record ListRaters(string? Instrument, string? Limit, string? Cursor) : IQuery<Page<RaterView>>, IPaged;

/// <summary>A rater on one instrument.</summary>
/// <param name="Rater">Who rates.</param>
/// <param name="Instrument" example="tpo-1">The code of the instrument.</param>
/// <param name="IsCalibrated">Whether their ratings count as calibrated today.</param>
/// <param name="Basis">What that rests on, or rested on last; null while they never were.</param>
/// <param name="Until">The first day on which it holds no more; null while they never were.</param>
/// <param name="Bias" example="1.5">
/// By how many points their totals are above those of their partners, on average over these pairs; null over fewer than three.
/// </param>
/// <param name="Pairs">Their blind pairs of the last twelve months, the newest first.</param>
/// <param name="Appointment">Their newest appointment; null for none.</param>
public sealed record RaterView(
    FidelityPerson Rater, string Instrument, bool IsCalibrated, CalibrationBasis? Basis, DateOnly? Until, decimal? Bias,
    IReadOnlyList<RatedPairView> Pairs, RaterAppointmentView? Appointment);

/// <summary>A blind pair as it stands for one of its raters, by what both rated before either saw the other's.</summary>
/// <param name="LockedOn">The day on which both halves were in.</param>
/// <param name="Partner">Who rated beside them.</param>
/// <param name="PartnerWasCalibrated">Whether the other one was calibrated then.</param>
/// <param name="Items">How many items both gave a value.</param>
/// <param name="Mismatches">Items that one rated, and the other marked N/A.</param>
/// <param name="Exact" example="0.88">The share of items that both gave the same.</param>
/// <param name="WithinOne" example="1">The share of items at most one apart.</param>
/// <param name="CriticalGap">The widest distance on a critical item.</param>
/// <param name="Counts">Whether it is looked at for calibration: with a calibrated partner, and enough items in common.</param>
/// <param name="IsClose">Whether they agree closely enough for it.</param>
public sealed record RatedPairView(
    Guid Id, DateOnly LockedOn, FidelityPerson Partner, bool PartnerWasCalibrated, int Items, int Mismatches, double? Exact,
    double? WithinOne, int CriticalGap, bool Counts, bool IsClose)
{
    internal static RatedPairView Of(PairOfRater pair)
    {
        var (rated, agreement) = (pair.Rated, pair.Rated.Agreement);
        return new(
            pair.PairId, rated.LockedOn, pair.Partner, rated.PartnerWasCalibrated, agreement.Scores, agreement.Mismatches,
            FidelityAgreement.Shown(agreement.Exact), FidelityAgreement.Shown(agreement.WithinOne), rated.CriticalGap,
            rated.PartnerWasCalibrated && !pair.IsThin, rated.IsClose);
    }
}

/// <summary>A programme admin's word that somebody rates well enough.</summary>
/// <param name="At">When it was given.</param>
/// <param name="Reason">Why; null for everybody but the rater and programme admins.</param>
public sealed record RaterAppointmentView(DateTime At, string? Reason);

internal sealed class ListRatersValidator : AbstractValidator<ListRaters>
{
    public ListRatersValidator()
    {
        this.RuleForPaging();
        RuleFor(x => x.Instrument).MustBeSlug("code of an instrument");
    }
}

internal sealed class ListRatersHandler(LearningDb db, Caller caller, RaterViews views, ILogger<ListRaters> log)
    : IRequestHandler<ListRaters, Page<RaterView>>
{
    public async Task<Page<RaterView>> Handle(ListRaters request, CancellationToken cancellationToken)
    {
        var seen = db.RaterCalibrations.SeenBy(caller, db);
        if (request.Instrument is { } instrument) seen = seen.Where(c => c.Instrument == instrument);
        var rows = await views.RowsOf(seen).LoadReadablePageAsync(
            r => r.Id, some => some.PageBy(request, r => r.SortName, r => r.Id), some => some.ToListAsync(cancellationToken),
            log.LeavesOut("calibration"), cancellationToken);
        var page = rows.ToPage(request, r => (r.SortName, r.Id));
        return new(await views.Of(page.Items, cancellationToken), page.Next);
    }
}

/// <summary>Makes views of raters whom the caller may know of.</summary>
internal sealed class RaterViews(LearningDb db, Caller caller, RatedPairs pairs, TimeProvider clock)
{
    public IQueryable<RaterRow> RowsOf(IQueryable<RaterCalibration> calibrations) =>
        from calibration in calibrations
        join person in db.Users on calibration.PersonId equals person.Id
        select new RaterRow
        {
            Id = calibration.Id,
            PersonId = person.Id,
            Name = person.Name,
            SortName = person.SortName,
            Instrument = calibration.Instrument,
            Basis = calibration.Basis,
            Until = calibration.Until,
            IsLapsed = calibration.LapsedAt != null,
            AppointedAt = db.RaterAppointments.Where(a => a.PersonId == calibration.PersonId && a.Instrument == calibration.Instrument)
                .Max(a => (DateTime?)a.AppointedAt),
            Reason = db.RaterAppointments.Where(a => a.PersonId == calibration.PersonId && a.Instrument == calibration.Instrument)
                .OrderByDescending(a => a.AppointedAt).ThenByDescending(a => a.Id).Select(a => a.Reason).FirstOrDefault(),
        };

    /// <summary>One statement for all their pairs.</summary>
    public async Task<IReadOnlyList<RaterView>> Of(IReadOnlyList<RaterRow> rows, CancellationToken ct)
    {
        var today = DateOnly.FromDateTime(clock.UtcNow());
        var rated = await pairs.Of(rows.Select(r => r.PersonId).ToHashSet(), today, [], ct);
        return
        [
            .. rows.Select(row =>
            {
                var own = rated[(row.PersonId, row.Instrument)].ToList();
                var isToldWhy = caller.IsProgramAdmin || row.PersonId == caller.PersonId;
                return new RaterView(
                    new(row.PersonId, row.Name), row.Instrument, !row.IsLapsed && row.Until > today, row.Basis, row.Until,
                    Calibration.Bias(own.Select(p => (p.Own, p.Partners)))?.Round(1), [.. own.Select(RatedPairView.Of)],
                    row.AppointedAt is { } at ? new(at, isToldWhy ? row.Reason : null) : null);
            }),
        ];
    }
}

/// <summary>What a list reads of a calibration.</summary>
internal sealed class RaterRow
{
    public required Guid Id { get; init; }

    public required Guid PersonId { get; init; }

    public required string Name { get; init; }

    public required string SortName { get; init; }

    public required string Instrument { get; init; }

    public required CalibrationBasis? Basis { get; init; }

    public required DateOnly? Until { get; init; }

    public required bool IsLapsed { get; init; }

    public required DateTime? AppointedAt { get; init; }

    public required string? Reason { get; init; }
}
