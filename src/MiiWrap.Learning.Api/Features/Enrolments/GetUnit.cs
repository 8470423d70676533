using System.Runtime.CompilerServices;
using System.Text.Json;
using MediatR;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Content;
using MiiWrap.Learning.Api.Http;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Curricula;
using MiiWrap.Learning.Domain.Enrolments;

namespace MiiWrap.Learning.Api.Features.Enrolments;

/// <summary>A learner reads a unit of their own enrolment; a locked one is refused with the day on which it opens.</summary>
public sealed record GetUnit(Guid EnrolmentId, string Unit) : IQuery<TaggedUnit>;

/// <summary>A <see cref="UnitPage"/> as JSON, which is made only when it is sent, with its tag.</summary>
public sealed record TaggedUnit(Func<PrerenderedJson> Page, string ETag);

/// <summary>A unit to study.</summary>
/// <param name="Markdown">
/// The text as the author wrote it, in CommonMark with tables and footnotes; pictures and materials have the addresses of the html.
/// </param>
/// <param name="Html">
/// The same text as a fragment of HTML: headings carry anchors, links to other units are relative to this one, pictures and materials lie
/// at /v1/curricula/{slug}/versions/{version}/images/ and …/materials/, where they need the access token too.
/// </param>
/// <param name="Outcomes">What the learner can do afterwards.</param>
/// <param name="Practice">The practice task.</param>
/// <param name="Check">The question that says what "applied" means.</param>
public sealed record UnitPage(
    string Slug, string Title, string Markdown, string Html, int Minutes, IReadOnlyList<string> Outcomes, string Practice, string Check,
    IfThenView? IfThenStarter,
    PlanKind NudgePlan, UnitState State, UnitLinks Links);

/// <summary>An if-then plan in words.</summary>
public sealed record IfThenView(string Cue, string Action);

/// <summary>Addresses of what can be done with a unit.</summary>
/// <param name="Start">Begins the unit.</param>
/// <param name="Complete">Completes it.</param>
/// <param name="Reflection">Its reflection; null for a unit without any.</param>
public sealed record UnitLinks(string Start, string Complete, string Reflection);

internal sealed class GetUnitHandler(UnitAccess units, UnitPages pages) : IRequestHandler<GetUnit, TaggedUnit>
{
    public async Task<TaggedUnit> Handle(GetUnit request, CancellationToken cancellationToken)
    {
        var (curriculum, unit, state) = await units.LoadState(request.EnrolmentId, request.Unit, cancellationToken);
        // The version stands in addresses of pictures and materials; what else is in the page is in its own address.
        return new(
            () => pages.Of(request.EnrolmentId, curriculum, unit, state), $"\"{curriculum.ContentHash}-{curriculum.Version}-{state}\"");
    }
}

/// <summary>
/// Units as JSON. Curricula never change, so all of a page but its last two fields is written once; to write 15 kB anew for each reader
/// took 32 µs, more than to read where they stand.
/// </summary>
internal sealed class UnitPages(IOptions<JsonOptions> json)
{
    private static readonly UnitLinks NoLinks = new("", "", "");
    private readonly ConditionalWeakTable<TrainingUnit, byte[]> beginnings = [];

    public PrerenderedJson Of(Guid enrolmentId, Curriculum curriculum, TrainingUnit unit, UnitState state)
    {
        var address = $"/v1/enrolments/{enrolmentId}";
        var links = new UnitLinks(
            $"{address}/units/{unit.Slug}/start", $"{address}/units/{unit.Slug}/complete", $"{address}/reflections/{unit.Assignment.Slug}");
        var end = Serialize(new Ending(state, links));
        end[0] = (byte)',';
        return new(beginnings.TryGetValue(unit, out var known) ? known : beginnings.GetValue(unit, u => BeginningOf(curriculum, u)), end);
    }

    private byte[] BeginningOf(Curriculum curriculum, TrainingUnit unit)
    {
        var markdown = UnitText.WithAddresses(unit.Markdown, ContentLayout.AddressOf(curriculum.Slug, curriculum.Version));
        var page = Serialize(new UnitPage(
            unit.Slug, unit.Title, markdown, unit.Html, unit.Minutes, unit.Outcomes, unit.Practice, unit.Check,
            unit.Starter is { } s ? new(s.Cue, s.Action) : null, unit.Plan.Kind, default, NoLinks));
        // Quotation marks within texts are escaped, so this can only be the field itself.
        return page[..page.AsSpan().LastIndexOf(",\"state\":"u8)];
    }

    private byte[] Serialize<T>(T value) => JsonSerializer.SerializeToUtf8Bytes(value, json.Value.SerializerOptions);

    private sealed record Ending(UnitState State, UnitLinks Links);
}
