using System.Text.Json.Serialization;
using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Http;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Enrolments;
using MiiWrap.Learning.Domain.Reflections;
using MiiWrap.Learning.Domain.Reflections.Privacy;

namespace MiiWrap.Learning.Api.Features.Reflections;

/// <summary>Looks through answers for what could point to a person, as handing them in will; nothing is stored.</summary>
/// <param name="Answers">What is to be looked through, by the prompt's slug.</param>
public sealed record CheckPrivacy([property: JsonConverter(typeof(TextsAsSent))] IReadOnlyDictionary<string, string> Answers)
    : IQuery<PrivacyReport>
{
    [JsonIgnore]
    public Guid EnrolmentId { get; init; }

    [JsonIgnore]
    public string Assignment { get; init; } = "";
}

/// <summary>What was found.</summary>
/// <param name="Blocked">These must go before it can be handed in.</param>
/// <param name="Warnings">These need a look, and privacyConfirmed if they stay.</param>
public sealed record PrivacyReport(IReadOnlyList<PrivacyFindingView> Blocked, IReadOnlyList<PrivacyFindingView> Warnings);

internal sealed class CheckPrivacyValidator : AbstractValidator<CheckPrivacy>
{
    public CheckPrivacyValidator() => RuleFor(x => x.Answers).MustBeAnswers();
}

internal sealed class CheckPrivacyHandler(LearningDb db, UnitAccess units) : IRequestHandler<CheckPrivacy, PrivacyReport>
{
    public async Task<PrivacyReport> Handle(CheckPrivacy request, CancellationToken cancellationToken)
    {
        var (enrolment, _, unit) = await units.LoadForRead(request.EnrolmentId, request.Assignment, cancellationToken);
        // The spans are those of the text that was sent; submitting looks at its composed form.
        var findings = PrivacyCheck.Find(Answers.To(unit.Assignment, request.Answers), await db.DeniedWords(enrolment, cancellationToken));
        return new(PrivacyFindingView.Of(findings, blocking: true), PrivacyFindingView.Of(findings, blocking: false));
    }
}

internal static class AgencyWords
{
    /// <summary>What the learner's agency does not want to see in a reflection.</summary>
    public static async Task<IReadOnlyCollection<string>> DeniedWords(this LearningDb db, Enrolment enrolment, CancellationToken ct) =>
        enrolment.AgencyId is { } agency ? await db.Agencies.Where(a => a.Id == agency).Select(a => a.DeniedWords).SingleAsync(ct) : [];
}
