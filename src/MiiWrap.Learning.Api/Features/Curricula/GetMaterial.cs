using System.Text;
using MediatR;
using MiiWrap.Learning.Api.Content;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Mail;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Curricula;

namespace MiiWrap.Learning.Api.Features.Curricula;

/// <summary>A material that units link to, such as a practice transcript or a form: as JSON, or as a page to print.</summary>
/// <param name="Slug" example="miiwrap-coaching-cohort">The curriculum's slug.</param>
/// <param name="Version" example="1">The version's number.</param>
/// <param name="Material" example="practice-conversation">The material's slug.</param>
public sealed record GetMaterial(string Slug, int Version, string Material) : IQuery<MaterialOfCurriculum>;

/// <summary>A material of a published version.</summary>
/// <param name="Of">Of a key, the slug of the transcript that it belongs to.</param>
/// <param name="Markdown">The text as the author wrote it, in CommonMark with tables and footnotes.</param>
/// <param name="Html">The same text as a fragment of HTML; links to other materials lead to their addresses.</param>
public sealed record MaterialView(string Slug, string Title, MaterialKind Kind, string? Of, string Markdown, string Html);

/// <summary>A material with what a page says around it.</summary>
/// <param name="Transcript">Of a key, the material that it belongs to.</param>
/// <param name="Address">Where the materials of this version are served.</param>
public sealed record MaterialOfCurriculum(
    MaterialView View, Material? Transcript, string Address, string Curriculum, int Version, string ContentHash);

internal sealed class GetMaterialHandler(LearningDb db, CurriculumLibrary library) : IRequestHandler<GetMaterial, MaterialOfCurriculum>
{
    public async Task<MaterialOfCurriculum> Handle(GetMaterial request, CancellationToken cancellationToken)
    {
        var curriculum = await library.Find(db, request.Slug, request.Version, cancellationToken);
        var material = curriculum?.Material(request.Material) ?? throw new NotFoundException("material");
        var view = new MaterialView(material.Slug, material.Title, material.Kind, material.Of, material.Markdown, material.Html);
        var address = $"{ContentLayout.AddressOf(curriculum.Slug, curriculum.Version)}/{ContentLayout.Materials}";
        var transcript = material.Of is { } of ? curriculum.Material(of) : null;
        return new(view, transcript, address, curriculum.Title, curriculum.Version, curriculum.ContentHash);
    }
}

/// <summary>A material in the look of our mails and pages, for paper of either size: a form's empty cells have room for a pen.</summary>
internal static class MaterialPage
{
    private const string Style = """

        main, footer { max-width: 46rem; }
        .about { margin: -.75rem 0 1.25rem; font-size: .9rem; color: #57534c; }
        .table { overflow-x: auto; margin: 0 0 1rem; }
        table { width: 100%; border-collapse: collapse; }
        th, td { padding: .4rem .6rem; border: 1px solid #8c867c; text-align: left; vertical-align: top; }
        th { background: #eef5f2; }
        td:empty { min-width: 4rem; height: 2.25rem; }
        .form td:empty { height: 4rem; }
        .form td:empty:last-child { width: 38%; }
        :focus-visible { outline: 3px solid #c77700; outline-offset: 2px; }
        @media (prefers-color-scheme: dark) {
          .about { color: #b4aea4; }
          th { background: #1c2b27; }
        }
        @media print {
          @page { margin: 16mm 15mm; }
          :root { color-scheme: light; }
          body, main { background: #ffffff; color: #000000; font-size: 10.5pt; }
          main, footer { max-width: none; padding: 0; }
          footer { margin-top: 6mm; }
          a { color: inherit; text-decoration: none; }
          .about, footer { color: #333333; }
          .table { overflow: visible; }
          th, td { border-color: #000000; }
          th { background: none; }
          thead { display: table-header-group; }
          tr, blockquote { break-inside: avoid; }
          h2, h3 { break-after: avoid; }
          blockquote { background: none; border-left-color: #000000; }
          td:empty { height: 9mm; }
          .form td:empty { height: 12mm; }
        }
        """;

    public static string Of(MaterialOfCurriculum found)
    {
        var material = found.View;
        var body = new StringBuilder($"<p class=\"about\">{Kind(material.Kind)}");
        if (found.Transcript is { } transcript)
            body.Append($" to <a href=\"{HtmlLayout.Encode(found.Address + transcript.Slug)}\">{HtmlLayout.Encode(transcript.Title)}</a>");
        body.Append($"</p>\n<article class=\"{EnumNames.NameOf(material.Kind)}\">\n{material.Html}</article>");
        return HtmlLayout.Render(material.Title, body.ToString(), $"{found.Curriculum}. Version {found.Version}.", Style);
    }

    private static string Kind(MaterialKind kind) => kind switch
    {
        MaterialKind.Transcript => "Practice transcript",
        MaterialKind.Key => "Key",
        MaterialKind.Form => "Form",
        _ => "Sheet",
    };
}
