using System.Text.Json.Serialization;
using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Data.Mappings;
using MiiWrap.Learning.Api.Http;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Reflections;

namespace MiiWrap.Learning.Api.Features.Reflections;

/// <summary>The autosave: a learner's draft as it is now, in place of the one that they read. What is acknowledged is never lost.</summary>
/// <param name="Answers">A text for each prompt that has one, in place of all texts before.</param>
public sealed record SaveDraft(IReadOnlyDictionary<string, string> Answers) : ICommand<SavedDraft>
{
    [JsonIgnore]
    public Guid EnrolmentId { get; init; }

    [JsonIgnore]
    public string Assignment { get; init; } = "";

    [JsonIgnore]
    public Precondition Precondition { get; init; }
}

/// <summary>The draft's new tag, which the next save must name.</summary>
public sealed record SavedDraft(DateTime SavedAt, [property: JsonPropertyName("etag")] string ETag);

internal sealed class SaveDraftValidator : AbstractValidator<SaveDraft>
{
    public SaveDraftValidator() => RuleFor(x => x.Answers).MustBeAnswers();
}

internal sealed class SaveDraftHandler(LearningDb db, UnitAccess units, TimeProvider clock) : IRequestHandler<SaveDraft, SavedDraft>
{
    public async Task<SavedDraft> Handle(SaveDraft request, CancellationToken cancellationToken)
    {
        if (await Continue(request, cancellationToken) is { } saved) return saved;
        var (enrolment, _, unit) = await units.LoadForRead(request.EnrolmentId, request.Assignment, cancellationToken);
        enrolment.MustBeActive();
        var answers = Answers.To(unit.Assignment, request.Answers);
        var now = clock.UtcNow();
        var reflection = await db.Reflections.SingleOrDefaultAsync(r => r.EnrolmentId == enrolment.Id
            && r.Assignment == unit.Assignment.Slug, cancellationToken);
        // A frozen draft says so whatever tag comes with the save.
        reflection?.MustBeEditable();
        request.Precondition.Check("reflection.draft.stale", reflection?.DraftTag);
        if (reflection is null)
        {
            reflection = Reflection.Begin(enrolment, unit.Assignment, answers, now);
            db.Add(reflection);
            // Else a move to another cohort at this moment would leave it behind: the later of the two runs again.
            db.Attach(enrolment).Property(e => e.Version).IsModified = true;
        }
        else
        {
            reflection.SaveDraft(answers, now);
        }

        await db.SaveChangesAsync(cancellationToken);
        return new(reflection.DraftSavedAt, reflection.DraftTag!);
    }

    /// <summary>
    /// Nearly every save goes on with the draft that its tag names, and one statement does that, without reading the words which it
    /// replaces. It finds a row only where all rules hold; whoever gets null asks the reflection itself, which does what is rarer or says
    /// what is wrong. As an expression, EF would take twice as long to read it as the whole request takes.
    /// </summary>
    private async Task<SavedDraft?> Continue(SaveDraft request, CancellationToken ct)
    {
        if (request.Precondition is not { MustBeNew: false, ETags: [var tag] }
            || Reflection.DraftNamedBy(tag) is not var (id, number)) return null;
        var (_, unit, _) = await units.LoadState(request.EnrolmentId, request.Assignment, ct);
        var answers = Answers.To(unit.Assignment, request.Answers);
        var now = clock.UtcNow();
        var words = Stored.Text(answers.ByPrompt);
        var saved = await db.Database.ExecuteSqlAsync($"""
            UPDATE Reflections SET Draft = {words}, DraftSavedAt = {now}, DraftNumber = DraftNumber + 1, Version = Version + 1
            WHERE Id = {id} AND EnrolmentId = {request.EnrolmentId} AND Assignment = {unit.Assignment.Slug} AND DraftNumber = {number} AND Status IN ('Draft', 'Revise') AND PurgedAt IS NULL
            AND EXISTS (SELECT 1 FROM Enrolments WHERE Id = {request.EnrolmentId} AND Status <> 'Withdrawn')
            """, ct);
        return saved == 0 ? null : new(now, Reflection.TagOf(id, number + 1));
    }
}
