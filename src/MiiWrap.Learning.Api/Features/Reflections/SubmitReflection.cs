using System.Text.Json.Serialization;
using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Curricula;
using MiiWrap.Learning.Domain.Reflections;

namespace MiiWrap.Learning.Api.Features.Reflections;

/// <summary>A learner hands in a reflection; the revision can never change afterwards.</summary>
/// <param name="DraftETag">The tag of the draft that the learner has in mind.</param>
/// <param name="PrivacyConfirmed">The learner has looked at what might point to a person.</param>
public sealed record SubmitReflection([property: JsonPropertyName("draftETag")] string DraftETag, bool? PrivacyConfirmed)
    : ICommand<SubmissionReceipt>
{
    [JsonIgnore]
    public Guid EnrolmentId { get; init; }

    [JsonIgnore]
    public string Assignment { get; init; } = "";
}

/// <summary>The revision that was made.</summary>
/// <param name="Version">The revision's number.</param>
public sealed record SubmissionReceipt(Guid RevisionId, int Version, DateTime SubmittedAt);

internal sealed class SubmitReflectionValidator : AbstractValidator<SubmitReflection>
{
    public SubmitReflectionValidator() => RuleFor(x => x.DraftETag).NotEmpty().MaximumLength(200).OverridePropertyName("draftETag");
}

internal sealed class SubmitReflectionHandler(LearningDb db, UnitAccess units, TimeProvider clock, ILogger<SubmitReflection> log)
    : IRequestHandler<SubmitReflection, SubmissionReceipt>
{
    public async Task<SubmissionReceipt> Handle(SubmitReflection request, CancellationToken cancellationToken)
    {
        var (enrolment, _, unit) = await units.LoadForUpdate(request.EnrolmentId, request.Assignment, cancellationToken);
        enrolment.MustBeActive();
        var reflection = await db.Reflections.SingleOrDefaultAsync(r => r.EnrolmentId == enrolment.Id
            && r.Assignment == unit.Assignment.Slug, cancellationToken)
            ?? throw new NotFoundException("draft");
        var now = clock.UtcNow();
        var denied = await db.DeniedWords(enrolment, cancellationToken);
        var revision = Submit(reflection, request, unit.Assignment.Rubric, denied, now);
        enrolment.NoteActivity(now);
        await db.SaveChangesAsync(cancellationToken);
        log.LogInformation("Reflection {ReflectionId} handed in as {Number}: privacy gate passed with {Warnings} warnings confirmed",
            reflection.Id, revision.Number, revision.PrivacyWarnings);
        return new(revision.Id, revision.Number, revision.SubmittedAt);
    }

    private ReflectionRevision Submit(
        Reflection reflection, SubmitReflection request, RubricDefinition rubric, IReadOnlyCollection<string> denied, DateTime now)
    {
        try
        {
            return reflection.Submit(request.DraftETag, rubric, denied, request.PrivacyConfirmed ?? false, now);
        }
        catch (PrivacyGateClosed closed)
        {
            // The decision is kept, and of the text only what kinds of places it was about.
            log.LogInformation("Reflection {ReflectionId} not handed in: {Code} {Kinds}", reflection.Id, closed.Code,
                string.Join(",", closed.Findings.Select(f => f.Kind).Distinct()));
            throw;
        }
    }
}
