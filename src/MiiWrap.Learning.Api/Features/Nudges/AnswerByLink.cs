using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Content;
using MiiWrap.Learning.Api.Contracts;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Data.Entities;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Nudges;

namespace MiiWrap.Learning.Api.Features.Nudges;

/// <summary>The page behind a mail's link; looking at it records nothing, since mail scanners look too.</summary>
public sealed record ShowOneTap(string Token) : IQuery<HtmlPage>;

/// <summary>A learner answers by a mail's link, without signing in; the first answer wins.</summary>
public sealed record AnswerByLink(
    string Token, string? Outcome, string? Barrier, string? PlannedFor, string? Note, string? NeedHelp, string? PrivacyConfirmed)
    : ICommand<HtmlPage>;

/// <summary>A page with its status.</summary>
public sealed record HtmlPage(int Status, string Html);

internal sealed class OneTapHandler(LearningDb db, OneTapLinks links, CurriculumLibrary library, PrivacyGate gate, TimeProvider clock)
    : IRequestHandler<ShowOneTap, HtmlPage>, IRequestHandler<AnswerByLink, HtmlPage>
{
    public async Task<HtmlPage> Handle(ShowOneTap request, CancellationToken cancellationToken)
    {
        var (ask, instead) = await Find(request.Token, cancellationToken);
        return instead ?? new(200, await Form(ask!, null, null, asksToConfirm: false, cancellationToken));
    }

    public async Task<HtmlPage> Handle(AnswerByLink request, CancellationToken cancellationToken)
    {
        var (ask, instead) = await Find(request.Token, cancellationToken);
        if (instead is not null) return instead;
        if (Read(request, out var answer) is { } fault)
            return new(422, await Form(ask!, fault, request, asksToConfirm: false, cancellationToken));
        var faults = new AnswerNudgeValidator().Validate(answer).Errors;
        if (faults.Count > 0)
        {
            var message = string.Join(" ", faults.Select(f => f.ErrorMessage));
            return new(422, await Form(ask!, message, request, asksToConfirm: false, cancellationToken));
        }

        try
        {
            await AnswerNudgeHandler.Answer(db, gate, ask!.Nudge, answer, clock.UtcNow(), cancellationToken);
        }
        catch (RuleException e) when (e.Kind == RuleKind.Invalid)
        {
            return new(422, await Form(ask!, e.Message, request, e.Code == PrivacyGate.Unconfirmed, cancellationToken));
        }

        var next = await LaterAsks(ask.Nudge).OrderBy(n => n.Step).Select(n => (DateTime?)n.DueAt).FirstOrDefaultAsync(cancellationToken);
        return new(200, OneTapPage.Thanks(ask.Nudge, next, await ZoneOf(ask.Nudge, cancellationToken)));
    }

    private async Task<string> Form(Ask ask, string? error, AnswerByLink? given, bool asksToConfirm, CancellationToken ct) =>
        OneTapPage.Form(ask, error, given, isLast: !await LaterAsks(ask.Nudge).AnyAsync(ct), asksToConfirm);

    /// <summary>What is still to be asked about the same unit or item.</summary>
    private IQueryable<Nudge> LaterAsks(Nudge nudge) => db.Nudges.Where(n =>
        n.OpportunityId == nudge.OpportunityId && n.ActionItemId == nudge.ActionItemId && n.Step > nudge.Step
        && n.Status == NudgeStatus.Planned && n.StatusReason == null);

    private async Task<TimeZoneInfo> ZoneOf(Nudge nudge, CancellationToken ct) =>
        Zones.Find(await db.Users.Where(p => p.Id == nudge.PersonId).Select(p => p.TimeZone).SingleAsync(ct));

    private async Task<(Ask? Ask, HtmlPage? Instead)> Find(string token, CancellationToken ct)
    {
        if (links.Read(token) is not { } id || await db.Nudges.SingleOrDefaultAsync(n => n.Id == id, ct) is not { } nudge)
            return (null, new(404, OneTapPage.Unknown()));
        if (nudge.Response is not null) return (null, new(410, OneTapPage.AlreadyAnswered(nudge, await ZoneOf(nudge, ct))));
        if (nudge.Status is not (NudgeStatus.Sent or NudgeStatus.Planned) || nudge.ExpiresAt <= clock.UtcNow())
            return (null, new(410, OneTapPage.Closed()));
        if (nudge.ActionItemId is { } itemId)
        {
            var item = await db.ActionItems.SingleOrDefaultAsync(
                i => i.Id == itemId && db.Users.Any(p => p.Id == i.OwnerId && p.Status == PersonStatus.Active), ct);
            return item is null ? (null, new(410, OneTapPage.Closed())) : (new ItemAsk(nudge, item.IfThen), null);
        }

        var opportunity = await db.Opportunities.SingleOrDefaultAsync(
            o => o.Id == nudge.OpportunityId && db.Users.Any(p => p.Id == o.PersonId && p.Status == PersonStatus.Active), ct);
        if (opportunity is null) return (null, new(410, OneTapPage.Closed()));
        var curriculum = await library.Find(db, opportunity.Curriculum, opportunity.CurriculumVersion, ct);
        return (new UnitAsk(nudge, opportunity, curriculum!.Unit(nudge.Unit)!), null);
    }

    /// <summary>What keeps the form from being an answer, or null.</summary>
    private static string? Read(AnswerByLink form, out AnswerNudge answer)
    {
        const string noAnswer = "Please choose one of the answers.";
        answer = new(null, null, null, null, form.Note, form.NeedHelp == "true", form.PrivacyConfirmed == "true");
        if (!EnumNames.TryParse<NudgeOutcome>(form.Outcome, out var outcome)) return noAnswer;
        Barrier? barrier = null;
        if (!string.IsNullOrEmpty(form.Barrier))
        {
            if (!EnumNames.TryParse<Barrier>(form.Barrier, out var named)) return noAnswer;
            // A barrier belongs to "not yet" and "partly"; beside "applied" it is a left-over of changing one's mind.
            if (outcome is NudgeOutcome.NotYet or NudgeOutcome.Partly) barrier = named;
        }

        DateOnly? plannedFor = null;
        // A date belongs to these two; beside another answer it is a left-over too.
        if ((outcome == NudgeOutcome.ChangeDate || barrier == Barrier.NoOpportunity) && !string.IsNullOrEmpty(form.PlannedFor))
        {
            if (!DateOnly.TryParseExact(form.PlannedFor, "yyyy-MM-dd", out var date)) return "Please write the day like this: 2027-03-16.";
            plannedFor = date;
        }

        answer = answer with { Outcome = outcome, Barrier = barrier, PlannedFor = plannedFor };
        return null;
    }
}
