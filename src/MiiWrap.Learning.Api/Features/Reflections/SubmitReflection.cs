using System.Text.Json.Serialization;
using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Http;
using MiiWrap.Learning.Api.Requests;

namespace MiiWrap.Learning.Api.Features.Reflections;

/// <summary>A learner hands in a reflection; the revision can never change afterwards.</summary>
/// <param name="DraftETag">The tag of the draft that the learner has in mind.</param>
public sealed record SubmitReflection([property: JsonPropertyName("draftETag")] string DraftETag) : ICommand<SubmissionReceipt>
{
    [JsonIgnore]
    public Guid EnrolmentId { get; init; }

    [JsonIgnore]
    public string Assignment { get; init; } = "";
}

/// <summary>The revision that was made.</summary>
public sealed record SubmissionReceipt(Guid RevisionId, int Version, DateTime SubmittedAt);

internal sealed class SubmitReflectionValidator : AbstractValidator<SubmitReflection>
{
    public SubmitReflectionValidator() => RuleFor(x => x.DraftETag).NotEmpty().MaximumLength(200).OverridePropertyName("draftETag");
}

internal sealed class SubmitReflectionHandler(LearningDb db, OpenUnit open, TimeProvider clock) : IRequestHandler<SubmitReflection, SubmissionReceipt>
{
    public async Task<SubmissionReceipt> Handle(SubmitReflection request, CancellationToken cancellationToken)
    {
        var (enrolment, _, unit) = await open.Find(request.EnrolmentId, request.Assignment, forChange: true, cancellationToken);
        enrolment.MustBeActive();
        var reflection = await db.Reflections.SingleOrDefaultAsync(r => r.EnrolmentId == enrolment.Id && r.Assignment == unit.Assignment.Slug, cancellationToken)
            ?? throw new NotFoundException("draft");
        var now = clock.UtcNow();
        var revision = reflection.Submit(request.DraftETag, unit.Assignment.Rubric, now);
        enrolment.NoteActivity(now);
        await db.SaveChangesAsync(cancellationToken);
        return new(revision.Id, revision.Number, revision.SubmittedAt);
    }
}
