using MediatR;
using MiiWrap.Learning.Api.Http;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain;

namespace MiiWrap.Learning.Api.Features.Learning;

/// <summary>A learner reads a unit of their own enrolment; a locked one is refused with the day on which it opens.</summary>
public sealed record ReadUnit(Guid EnrolmentId, string Unit) : IQuery<TaggedUnit>;

/// <summary>A unit with its tag.</summary>
public sealed record TaggedUnit(UnitPage Page, string ETag);

/// <summary>A unit to study.</summary>
/// <param name="Markdown">The text as the author wrote it, in CommonMark with tables and footnotes.</param>
/// <param name="Html">The same text as a fragment of HTML: headings carry anchors, links to other units are relative to this one, and pictures lie at /v1/curricula/{slug}/versions/{version}/images/, where they need the access token too.</param>
/// <param name="Check">The question that says what "applied" means.</param>
public sealed record UnitPage(
    string Slug, string Title, string Markdown, string Html, int Minutes, IReadOnlyList<string> Outcomes, string Practice, string Check, IfThenView? IfThenStarter,
    PlanKind NudgePlan, UnitState State, UnitLinks Links);

/// <summary>An if-then plan in words.</summary>
public sealed record IfThenView(string Cue, string Action);

/// <summary>Addresses of what can be done with a unit.</summary>
public sealed record UnitLinks(string Start, string Complete, string Reflection);

internal sealed class ReadUnitHandler(OpenUnit open) : IRequestHandler<ReadUnit, TaggedUnit>
{
    public async Task<TaggedUnit> Handle(ReadUnit request, CancellationToken cancellationToken)
    {
        var (enrolment, curriculum, unit) = await open.Find(request.EnrolmentId, request.Unit, forChange: false, cancellationToken);
        var state = enrolment.StateOf(unit.Slug);
        var address = $"/v1/enrolments/{enrolment.Id}";
        var page = new UnitPage(
            unit.Slug, unit.Title, unit.Markdown, unit.Html, unit.Minutes, unit.Outcomes, unit.Practice, unit.Check,
            unit.Starter is { } s ? new(s.Cue, s.Action) : null, unit.Plan.Kind, state,
            new($"{address}/units/{unit.Slug}/start", $"{address}/units/{unit.Slug}/complete", $"{address}/reflections/{unit.Assignment.Slug}"));
        return new(page, ETags.Of(enrolment.Id, curriculum.ContentHash, unit.Slug, state));
    }
}
