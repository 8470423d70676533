using System.Globalization;
using System.Text;
using MiiWrap.Learning.Api.Contracts;
using MiiWrap.Learning.Api.Mail;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Curricula;
using MiiWrap.Learning.Domain.Nudges;

namespace MiiWrap.Learning.Api.Features.Nudges;

/// <summary>The page behind a mail's link: it asks, works without script and by keyboard alone, and records only what is posted.</summary>
internal static class OneTapPage
{
    private const string FormStyle = """

        fieldset { border: 0; margin: 0 0 1rem; padding: 0; }
        legend, .label { font-weight: 600; padding: 0; margin-bottom: .35rem; display: block; }
        .choice { display: block; padding: .6rem .75rem; margin-bottom: .5rem; border: 1px solid #8a857c; border-radius: .4rem; }
        .choice input { margin-right: .6rem; width: 1.1rem; height: 1.1rem; vertical-align: -.15rem; }
        select, input[type=date], textarea { font: inherit; width: 100%; box-sizing: border-box; padding: .55rem; margin-bottom: 1rem; border: 1px solid #8a857c; border-radius: .4rem; background: Field; color: FieldText; }
        :focus-visible { outline: 3px solid #c77700; outline-offset: 2px; }
        .error { border-left: 4px solid #b3261e; padding: .5rem 1rem; margin-bottom: 1rem; }
        .hint { font-size: .875rem; }
        """;

    private static readonly (Barrier Value, string Words)[] Barriers =
    [
        (Barrier.NoOpportunity, "There was no opportunity"),
        (Barrier.Forgot, "It slipped my mind"),
        (Barrier.NoTime, "There was no time"),
        (Barrier.UnsureHow, "I was unsure how"),
        (Barrier.LowConfidence, "I did not feel ready"),
        (Barrier.DidNotFitSituation, "It did not fit the situation"),
        (Barrier.TeamOrPartnerPushback, "The team or a partner was against it"),
        (Barrier.SupervisorSupport, "Support from my supervisor was missing"),
        (Barrier.AgencyPolicy, "Agency policy stood in the way"),
        (Barrier.NotMyRole, "It is not part of my role"),
        (Barrier.Other, "Something else"),
    ];

    /// <param name="given">What was sent before and could not be taken: none of it is lost.</param>
    /// <param name="isLast">Nothing more is asked about this unit or step, so that no day can be waited for.</param>
    /// <param name="asksToConfirm">The note might point to somebody, and its author may say that it does not.</param>
    public static string Form(Ask ask, string? error, AnswerByLink? given, bool isLast, bool asksToConfirm)
    {
        string Chosen(string? value, string name, string mark) => value == name ? mark : "";
        var body = new StringBuilder($"<p>{HtmlLayout.Encode(ask.Text)}</p>\n");
        if (ask.IfThen is { } plan && !ask.Text.Contains(plan, StringComparison.Ordinal))
            body.Append($"<blockquote>Your plan: {HtmlLayout.Encode(plan)}</blockquote>\n");
        if (error is not null) body.Append($"<p class=\"error\" role=\"alert\">{HtmlLayout.Encode(error)}</p>\n");
        body.Append("<form method=\"post\">\n<fieldset><legend>").Append(HtmlLayout.Encode(ask.Question ?? "How did it go?"))
            .Append("</legend>\n");
        foreach (var (outcome, words) in OutcomesOf(ask.Nudge.Kind))
            body.Append(
                $"<label class=\"choice\"><input type=\"radio\" name=\"outcome\" value=\"{EnumNames.NameOf(outcome)}\" required{Chosen(given?.Outcome, EnumNames.NameOf(outcome), " checked")}>{HtmlLayout.Encode(words)}</label>\n");
        body.Append("</fieldset>\n");
        body.Append(
            "<label class=\"label\" for=\"barrier\">If not yet: what stood in the way?</label><select id=\"barrier\" name=\"barrier\"><option value=\"\">Choose one</option>\n");
        foreach (var (barrier, words) in Barriers) body
            .Append($"<option value=\"{EnumNames.NameOf(barrier)}\"{Chosen(given?.Barrier, EnumNames.NameOf(barrier), " selected")}>{HtmlLayout.Encode(words)}</option>\n");
        body.Append("""
            </select>

            """);
        if (DateLabel(ask.Nudge.Kind, isLast) is { } label)
            body.Append(
                $"<label class=\"label\" for=\"plannedFor\">{label}</label><input type=\"date\" id=\"plannedFor\" name=\"plannedFor\" value=\"{HtmlLayout.Encode(given?.PlannedFor ?? "")}\">\n");
        body.Append($"""
            <label class="label" for="note">One line, if you like</label>
            <textarea id="note" name="note" rows="2" maxlength="280" aria-describedby="note-hint">{HtmlLayout.Encode(given?.Note ?? "")}</textarea>
            <p class="hint" id="note-hint">Leave out names, dates, places and anything that could point to a family or colleague.</p>
            <label class="choice"><input type="checkbox" name="needHelp" value="true"{Chosen(given?.NeedHelp, "true", " checked")}>I would like to talk with my coach</label>
            {(asksToConfirm ? "<label class=\"choice\"><input type=\"checkbox\" name=\"privacyConfirmed\" value=\"true\">I have looked at my line, and it may stay as it is</label>" : "")}
            <button type="submit">Record my answer</button>
            </form>
            """);
        return HtmlLayout.Render(ask.Title, body.ToString(), "Nothing is recorded until you press the button.", FormStyle);
    }

    private static string? DateLabel(NudgeKind kind, bool isLast) => (kind, isLast) switch
    {
        (NudgeKind.Cue, true) => "New date, if you change it",
        (NudgeKind.Cue, false) => "New date, if you change it; or, if there was no opportunity, when the next one may come",
        (_, true) => null,
        _ => "If there was no opportunity: when may the next one come?",
    };

    /// <param name="next">When the next check-in about the unit or step is due; null after the last.</param>
    public static string Thanks(Nudge nudge, DateTime? next, TimeZoneInfo zone) => HtmlLayout.Render(
        "Thank you",
        $"<p>Your answer is recorded: <strong>{HtmlLayout.Encode(WordsOf(nudge))}</strong>.</p>\n<p>{HtmlLayout.Encode(After(nudge, next, zone))}</p>",
        null);

    public static string AlreadyAnswered(Nudge nudge, TimeZoneInfo zone) => HtmlLayout.Render(
        "You have answered this one",
        string.Create(CultureInfo.InvariantCulture,
            $"<p>Your answer stands as you gave it on {Zones.LocalDate(nudge.Response!.RespondedAt, zone):d MMMM yyyy}: <strong>{HtmlLayout.Encode(WordsOf(nudge))}</strong>.</p>\n<p>There is nothing more to do here.</p>"),
        null);

    public static string Closed() => HtmlLayout.Render(
        "This check-in has closed",
        "<p>Its time is over, and that is quite all right: nothing is lost.</p>\n<p>What you did in the meantime still counts; you can tell it to your coach.</p>",
        null);

    public static string Unknown() => HtmlLayout.Render(
        "This link leads nowhere",
        "<p>It may have been cut in two on its way. Try to copy the whole of it from the mail.</p>",
        null);

    private static IEnumerable<(NudgeOutcome Outcome, string Words)> OutcomesOf(NudgeKind kind) => kind switch
    {
        NudgeKind.Cue =>
        [
            (NudgeOutcome.StillGood, "My plan is still good"), (NudgeOutcome.Applied, "I have already done it"),
            (NudgeOutcome.ChangeDate, "I would like another date"),
            (NudgeOutcome.NotYet, "Not yet, and something is in the way"),
        ],
        // True of those as well who never had an occasion.
        NudgeKind.Maintenance => [(NudgeOutcome.Applied, "Yes, I use it"), (NudgeOutcome.Partly, "Now and then"),
            (NudgeOutcome.NotYet, "Not at present")],
        // It asks what they remember of having done it.
        NudgeKind.Recall => [(NudgeOutcome.Applied, "I have done it again since"), (NudgeOutcome.Partly, "I have tried again, in part"),
            (NudgeOutcome.NotYet, "Not again yet")],
        _ => [(NudgeOutcome.Applied, "I did it"), (NudgeOutcome.Partly, "Partly"), (NudgeOutcome.NotYet, "Not yet")],
    };

    private static string WordsOf(Nudge nudge) => nudge.Response!.Outcome switch
    {
        NudgeOutcome.Applied => "applied",
        NudgeOutcome.Partly => "partly",
        NudgeOutcome.NotYet => "not yet",
        NudgeOutcome.StillGood => "the plan is still good",
        _ => string.Create(CultureInfo.InvariantCulture, $"another date, {nudge.Response.PlannedFor:d MMMM yyyy}"),
    };

    private static string After(Nudge nudge, DateTime? next, TimeZoneInfo zone)
    {
        var further = next is { } due
            ? string.Create(CultureInfo.InvariantCulture, $"The next check-in comes on {Zones.LocalDate(due, zone):d MMMM yyyy}.")
            : nudge.ActionItemId is null ? "This was the last check-in about this unit." : "This was the last check-in about this step.";
        return nudge.Response switch
        {
            { NeedHelp: true } => $"Your wish to talk is with your coach. {further}",
            { Outcome: NudgeOutcome.Applied } => $"Good to hear. {further}",
            { Barrier: Barrier.NoOpportunity } => further,
            { Barrier: { } barrier } => $"{BarrierGuide.WordsOf(BarrierGuide.NextActionFor(barrier))} {further}",
            _ => further,
        };
    }
}
