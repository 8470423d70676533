using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Domain.Reflections;
using MiiWrap.Learning.Domain.Reflections.Privacy;

namespace MiiWrap.Learning.Api.Requests;

/// <summary>A text that somebody wrote, by the name of its field.</summary>
internal readonly record struct FreeText(string Field, string? Text);

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
    public async Task PassAsync(
        Guid enrolmentId, bool? confirmed, CancellationToken ct, string blocked = Blocked, params IReadOnlyList<FreeText> texts)
    {
        if (texts.All(t => string.IsNullOrWhiteSpace(t.Text))) return;
        var denied = await db.Enrolments.Where(e => e.Id == enrolmentId)
            .Join(db.Agencies, e => e.AgencyId, a => (Guid?)a.Id, (_, a) => a.DeniedWords).FirstOrDefaultAsync(ct);
        Pass(denied ?? [], confirmed, blocked, texts);
    }

    /// <summary>Passes the reason for an act on a learner's reflection, which is kept in its access log.</summary>
    public Task PassReasonAsync(Guid enrolmentId, string reason, bool? confirmed, CancellationToken ct) =>
        PassAsync(enrolmentId, confirmed, ct, ReasonRules.Blocked, new FreeText("reason", reason));

    public void Pass(IReadOnlyCollection<string> denied, bool? confirmed, string blocked, params IReadOnlyList<FreeText> texts)
    {
        var findings = texts.SelectMany(t => PrivacyCheck.Find(t.Text ?? "", denied)
            .Select(f => new PrivacyFinding(t.Field, f.Start, f.End, f.Kind))).ToList();
        if (findings.Count == 0) return;
        var kinds = string.Join(",", findings.Select(f => f.Kind).Distinct());
        if (findings.Exists(f => f.Blocks))
        {
            log.LogInformation("Privacy gate closed: {Code} {Kinds}", blocked, kinds);
            throw new PrivacyGateClosed(blocked, "Something in it points to a person by itself. Please take it out first.", findings);
        }

        if (confirmed is not true)
        {
            log.LogInformation("Privacy gate closed: {Code} {Kinds}", Unconfirmed, kinds);
            throw new PrivacyGateClosed(Unconfirmed,
                "Something in it might point to a person. Please look at it, and confirm that it may stay.", findings);
        }

        log.LogInformation("Privacy gate passed: {Kinds} confirmed", kinds);
    }
}
