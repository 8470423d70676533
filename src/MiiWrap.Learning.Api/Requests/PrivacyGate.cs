using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Domain.Reflections;
using MiiWrap.Learning.Domain.Reflections.Privacy;

namespace MiiWrap.Learning.Api.Requests;

/// <summary>A text that somebody wrote, by the name of its field.</summary>
internal readonly record struct FreeText(string Field, string? Text);

/// <summary>The codes by which the gate refuses a text, where clients know others than those of any text.</summary>
internal readonly record struct GateCodes(string Blocked, string Unconfirmed);

/// <summary>
/// The gate that every free text passes before it is kept, as a reflection does: what identifies by itself is refused, and what only might
/// needs its author's word. The decision is logged, the text never.
/// </summary>
internal sealed class PrivacyGate(LearningDb db, ILogger<PrivacyGate> log)
{
    public const string Unconfirmed = "text.privacy.unconfirmed";
    public const string Blocked = "text.privacy.blocked";

    /// <summary>Passes texts about a learner, with the words that the learner's agency does not want to see.</summary>
    /// <param name="blocked">The code of a refusal, where clients know another one.</param>
    public Task PassAsync(
        Guid enrolmentId, bool? confirmed, CancellationToken ct, string blocked = Blocked, params IReadOnlyList<FreeText> texts) =>
        PassAsync([enrolmentId], confirmed, new(blocked, Unconfirmed), texts, ct);

    /// <summary>Passes texts about several learners, with the words that any of their agencies does not want to see.</summary>
    public async Task PassAsync(
        IReadOnlyCollection<Guid> enrolmentIds, bool? confirmed, GateCodes codes, IReadOnlyList<FreeText> texts, CancellationToken ct)
    {
        if (texts.All(t => string.IsNullOrWhiteSpace(t.Text))) return;
        var agencies = db.Enrolments.Where(e => enrolmentIds.Contains(e.Id)).Select(e => e.AgencyId);
        var denied = await db.Agencies.Where(a => agencies.Contains(a.Id)).Select(a => a.DeniedWords).ToListAsync(ct);
        Pass([.. denied.SelectMany(words => words)], confirmed, codes, texts);
    }

    /// <summary>Passes the reason for an act on what a learner wrote, which is kept in its access log.</summary>
    public Task PassReasonAsync(Guid enrolmentId, string reason, bool? confirmed, CancellationToken ct) =>
        PassReasonAsync([enrolmentId], reason, confirmed, ct);

    /// <summary>Passes the reason for an act that concerns several learners.</summary>
    public Task PassReasonAsync(IReadOnlyCollection<Guid> enrolmentIds, string reason, bool? confirmed, CancellationToken ct) =>
        PassAsync(enrolmentIds, confirmed, new(ReasonRules.Blocked, Unconfirmed), [new FreeText("reason", reason)], ct);

    public void Pass(IReadOnlyCollection<string> denied, bool? confirmed, string blocked, params IReadOnlyList<FreeText> texts) =>
        Pass(denied, confirmed, new GateCodes(blocked, Unconfirmed), texts);

    private void Pass(IReadOnlyCollection<string> denied, bool? confirmed, GateCodes codes, IReadOnlyList<FreeText> texts)
    {
        var findings = texts.SelectMany(t => PrivacyCheck.Find(t.Text ?? "", denied)
            .Select(f => new PrivacyFinding(t.Field, f.Start, f.End, f.Kind))).ToList();
        if (findings.Count == 0) return;
        var kinds = string.Join(",", findings.Select(f => f.Kind).Distinct());
        if (findings.Exists(f => f.Blocks))
        {
            log.LogInformation("Privacy gate closed: {Code} {Kinds}", codes.Blocked, kinds);
            throw new PrivacyGateClosed(codes.Blocked, "Something in it points to a person by itself. Please take it out first.", findings);
        }

        if (confirmed is not true)
        {
            log.LogInformation("Privacy gate closed: {Code} {Kinds}", codes.Unconfirmed, kinds);
            throw new PrivacyGateClosed(codes.Unconfirmed,
                "Something in it might point to a person. Please look at it, and confirm that it may stay.", findings);
        }

        log.LogInformation("Privacy gate passed: {Kinds} confirmed", kinds);
    }
}
