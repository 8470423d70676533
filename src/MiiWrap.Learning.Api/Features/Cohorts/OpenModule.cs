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

namespace MiiWrap.Learning.Api.Features.Cohorts;

/// <summary>
/// A lead opens a module for one learner before the cohort's gate would, and says why; doing it again gives the first answer.
/// </summary>
/// <param name="Reason" example="Back from leave; works ahead with the coach">One line, at most 280 characters.</param>
/// <param name="PrivacyConfirmed">Whoever gives the reason has looked at what in it might point to a person.</param>
public sealed record OpenModule(
    [property: JsonConverter(typeof(TextAsSent))] string Reason, bool? PrivacyConfirmed) : ICommand<OpenedModule>
{
    [JsonIgnore]
    public Guid EnrolmentId { get; init; }

    [JsonIgnore]
    public string Module { get; init; } = "";
}

/// <summary>A module that is open to a learner whatever the gate says.</summary>
/// <param name="Reason">Why it was opened before its time.</param>
/// <param name="OpenedBy">Who opened it: that person's id.</param>
/// <param name="OpenedAt">When it was opened.</param>
public sealed record OpenedModule(Guid EnrolmentId, string Module, string Reason, Guid OpenedBy, DateTime OpenedAt);

internal sealed class OpenModuleValidator : AbstractValidator<OpenModule>
{
    public OpenModuleValidator() => RuleFor(x => x.Reason).MustBeOneLine().MustFit(280);
}

internal sealed class OpenModuleHandler(LearningDb db, Caller caller, CurriculumLibrary library, PrivacyGate gate, TimeProvider clock)
    : IRequestHandler<OpenModule, OpenedModule>
{
    public async Task<OpenedModule> Handle(OpenModule request, CancellationToken cancellationToken)
    {
        var enrolment = await db.LedEnrolment(request.EnrolmentId, caller, cancellationToken);
        enrolment.MustBeAnothers(caller);
        var cohort = await db.Cohorts.AsNoTracking().SingleAsync(c => c.Id == enrolment.CohortId, cancellationToken);
        var curriculum = await library.Of(db, cohort, cancellationToken);
        if (!curriculum.Modules.Any(m => m.Slug == request.Module)) throw new NotFoundException("module");
        enrolment.MustBeActive();
        cohort.MustBeOpen();

        var opening = await db.ModuleOpenings.FindAsync([enrolment.Id, request.Module], cancellationToken);
        if (opening is null)
        {
            await gate.PassAsync(enrolment.Id, request.PrivacyConfirmed, cancellationToken, texts: new FreeText("reason", request.Reason));
            opening = new(enrolment.Id, request.Module, request.Reason.NormalizeNfc(), caller.PersonId, clock.UtcNow());
            db.Add(opening);
            await db.SaveChangesAsync(cancellationToken);
        }

        return new(opening.EnrolmentId, opening.Module, opening.Reason, opening.OpenedBy, opening.OpenedAt);
    }
}
