using MiiWrap.Learning.Client;
using MiiWrap.Learning.Client.Models;

namespace MiiWrap.Learning.GeneratedClient;

/// <summary>One unit of one enrolment; its reflection has the same slug.</summary>
internal sealed record UnitAddress(Guid EnrolmentId, string Slug);

/// <summary>Someone who learns, with the generated client of their sign-in.</summary>
internal sealed class Learner(LearningClient api)
{
    public async Task<WhatIsNext> WhatIsNext() => (await api.V1.Me.Next.GetAsync()).Given();

    public async Task<UnitAddress> NextUnit()
    {
        var step = (await WhatIsNext()).Next.Given();
        return step.Href.Given().Split('/') is ["", "v1", "enrolments", var enrolment, "units", var slug] && step.Kind == NextStepKind.Unit
            ? new(Guid.Parse(enrolment), slug)
            : throw new InvalidOperationException($"{step.Href} is no unit.");
    }

    /// <summary>The unit as the learner's journey shows it.</summary>
    public async Task<JourneyUnit> UnitOf(UnitAddress unit)
    {
        var journey = (await api.V1.Enrolments[unit.EnrolmentId].GetAsync()).Given();
        return journey.Modules.Given().SelectMany(m => m.Units.Given()).Single(u => u.Slug == unit.Slug);
    }

    public async Task<UnitPage> Start(UnitAddress unit)
    {
        await api.V1.Enrolments[unit.EnrolmentId].Units[unit.Slug].Start.PostAsync();
        return (await api.V1.Enrolments[unit.EnrolmentId].Units[unit.Slug].GetAsync()).Given();
    }

    public async Task<CompletedUnit> Complete(UnitAddress unit, IfThenInput plan, string idempotencyKey) =>
        (await api.V1.Enrolments[unit.EnrolmentId].Units[unit.Slug].Complete.PostAsync(
            new() { IfThen = plan }, request => request.Headers.Add("Idempotency-Key", idempotencyKey))).Given();

    public async Task<ReflectionPage> Reflection(UnitAddress unit) =>
        (await api.V1.Enrolments[unit.EnrolmentId].Reflections[unit.Slug].GetAsync()).Given();

    /// <summary>Saves the same words under every prompt over the draft with this tag, and answers the new one.</summary>
    public async Task<string> Save(UnitAddress unit, string words, string? tag)
    {
        var prompts = (await Reflection(unit)).Assignment.Given().Prompts.Given();
        var answers = new SaveDraft_answers { AdditionalData = prompts.ToDictionary(p => p.Slug.Given(), object (_) => words) };
        var saved = await api.V1.Enrolments[unit.EnrolmentId].Reflections[unit.Slug].Draft.PutAsync(
            new() { Answers = answers }, request => request.Headers.Add(tag is null ? "If-None-Match" : "If-Match", tag ?? "*"));
        return saved.Given().Etag.Given();
    }

    public async Task<SubmissionReceipt> HandIn(UnitAddress unit, string tag) =>
        (await api.V1.Enrolments[unit.EnrolmentId].Reflections[unit.Slug].Submissions.PostAsync(
            new() { DraftETag = tag, PrivacyConfirmed = true })).Given();

    /// <summary>Every check-in, page by page.</summary>
    public async Task<List<OwnNudgeItem>> Nudges(int pageSize)
    {
        var walked = new List<OwnNudgeItem>();
        string? cursor = null;
        do
        {
            var page = (await api.V1.Nudges.GetAsync(request =>
            {
                request.QueryParameters.Limit = pageSize;
                request.QueryParameters.Cursor = cursor;
            })).Given();
            walked.AddRange(page.Items.Given());
            cursor = page.Next;
        }
        while (cursor is not null);

        return walked;
    }

    public async Task<NudgeItem> Answer(Guid checkIn, AnswerNudge answer) =>
        (await api.V1.Nudges[checkIn].Response.PostAsync(answer)).Given();
}
