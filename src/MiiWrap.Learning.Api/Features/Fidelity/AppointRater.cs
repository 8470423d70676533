using System.Text.Json.Serialization;
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
/// A programme admin says that somebody's ratings on an instrument count as calibrated for twelve months: first raters, and all raters of
/// an instrument whose words are not ours. Saying the same again on the same day changes nothing.
/// </summary>
/// <param name="Instrument" example="tpo-1">The instrument's code.</param>
/// <param name="Reason" example="Trained by the authors of the form.">10 to 400 characters, which the rater reads.</param>
/// <param name="PrivacyConfirmed">Whoever gives the reason has looked at what in it might point to a person.</param>
public sealed record AppointRater(
    string? Instrument, [property: JsonConverter(typeof(TextAsSent))] string Reason, bool? PrivacyConfirmed) : ICommand<RaterView>
{
    [JsonIgnore]
    public Guid PersonId { get; init; }
}

internal sealed class AppointRaterValidator : AbstractValidator<AppointRater>
{
    public AppointRaterValidator()
    {
        RuleFor(x => x.Instrument).NotEmpty();
        RuleFor(x => x.Reason).MustBeReason();
    }
}

internal sealed class AppointRaterHandler(
    LearningDb db, Caller caller, InstrumentLibrary library, RaterCalibrations calibrations, RaterViews views, PrivacyGate gate,
    TimeProvider clock) : IRequestHandler<AppointRater, RaterView>
{
    public async Task<RaterView> Handle(AppointRater request, CancellationToken cancellationToken)
    {
        caller.MustBeProgramAdmin("appoint raters");
        var person = await db.Users.SingleOrDefaultAsync(p => p.Id == request.PersonId, cancellationToken);
        // Who stands in for somebody is nobody, as whom no one can sign in.
        if (person is null or { IsStandIn: true }) throw new NotFoundException("person");
        person.MustHaveAccess();
        var instrument = await library.Named(db, request.Instrument!, null, cancellationToken);
        gate.Pass([], request.PrivacyConfirmed, ReasonRules.Blocked, new FreeText("reason", request.Reason));
        var (now, reason) = (clock.UtcNow(), request.Reason.NormalizeNfc());
        var newest = await db.RaterAppointments.Where(a => a.PersonId == person.Id && a.Instrument == instrument.Code)
            .OrderByDescending(a => a.AppointedAt).ThenByDescending(a => a.Id).FirstOrDefaultAsync(cancellationToken);
        // One that did not hear the answer asks again; who asks on another day means another twelve months.
        if (newest is null || newest.AppointedAt.Date != now.Date || newest.Reason != reason || newest.AppointedBy != caller.PersonId)
        {
            var appointment = new RaterAppointment(NewId.At(now), person.Id, instrument.Code, reason, caller.PersonId, now);
            db.Add(appointment);
            db.Touch(person);
            // Of two who say the same at once, one finds the row of the calibration changed, and then what the other one said.
            await calibrations.RenewWith(appointment, cancellationToken);
            await db.SaveChangesAsync(cancellationToken);
        }

        var rows = views.RowsOf(db.RaterCalibrations.Where(c => c.PersonId == person.Id && c.Instrument == instrument.Code));
        return (await views.Of(await rows.ToListAsync(cancellationToken), cancellationToken)).Single();
    }
}
