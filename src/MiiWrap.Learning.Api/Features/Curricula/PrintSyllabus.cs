using System.Text;
using FluentValidation;
using MediatR;
using MiiWrap.Learning.Api.Content;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Http;
using MiiWrap.Learning.Api.Mail;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Curricula;

namespace MiiWrap.Learning.Api.Features.Curricula;

/// <summary>
/// A curriculum as a page to print and hand out: weeks, units, minutes and what each is for; the newest version unless one is named.
/// </summary>
/// <param name="Slug" example="miiwrap-coaching-cohort">The curriculum's slug.</param>
/// <param name="Version" example="1">A version number.</param>
public sealed record PrintSyllabus(string Slug, string? Version) : IQuery<Syllabus>;

/// <summary>The page with the tag of its content.</summary>
public sealed record Syllabus(string Html, string ETag);

internal sealed class PrintSyllabusValidator : AbstractValidator<PrintSyllabus>
{
    public PrintSyllabusValidator() => RuleFor(x => x.Version).MustBeVersion();
}

internal sealed class PrintSyllabusHandler(LearningDb db, CurriculumLibrary library) : IRequestHandler<PrintSyllabus, Syllabus>
{
    public async Task<Syllabus> Handle(PrintSyllabus request, CancellationToken cancellationToken)
    {
        var curriculum = await library.Find(db, request.Slug, InputRules.Version(request.Version), cancellationToken)
            ?? throw new NotFoundException("curriculum");
        return new(SyllabusPage.Of(curriculum), ETags.Of("syllabus", curriculum.Version, curriculum.ContentHash));
    }
}

/// <summary>The syllabus in the look of our mails and pages, with rules of its own for paper.</summary>
internal static class SyllabusPage
{
    private const string Style = """

        main, footer { max-width: 46rem; }
        .facts { list-style: none; margin: 0 0 1.25rem; padding: 0; display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; }
        .facts li::before { content: ""; display: inline-block; width: .5rem; height: .5rem; margin-right: .45rem; border-radius: 50%; background: #1f6f5c; }
        nav ol { margin: 0 0 1.5rem; padding: 0; list-style: none; border-top: 1px solid #d8d3ca; }
        nav li { border-bottom: 1px solid #d8d3ca; }
        nav a { display: flex; justify-content: space-between; gap: 1rem; padding: .55rem 0; text-decoration: none; }
        nav a span:last-child { white-space: nowrap; }
        nav a:hover span:first-child, nav a:focus span:first-child { text-decoration: underline; }
        :focus-visible { outline: 3px solid #c77700; outline-offset: 2px; }
        section.module { margin-top: 2.5rem; padding-top: 1rem; border-top: 3px solid #1f6f5c; }
        section.module > h2 { margin-top: 0; font-size: 1.25rem; }
        .unit { margin: 0 0 1.5rem; }
        .unit h3 { margin: 1.25rem 0 .15rem; font-size: 1rem; line-height: 1.35; }
        .unit ul { margin: .35rem 0 .5rem; padding-left: 1.2rem; }
        .about { margin: 0; font-size: .9rem; color: #57534c; }
        .practice { margin: 0; }
        .practice b { font-weight: 600; }
        @media (prefers-color-scheme: dark) {
          .about { color: #b4aea4; }
          nav ol, nav li { border-color: #45423c; }
          section.module { border-top-color: #6fc3ab; }
        }
        @media print {
          @page { margin: 18mm 16mm; }
          :root { color-scheme: light; }
          body, main { background: #ffffff; color: #000000; font-size: 10.5pt; }
          main, footer { max-width: none; padding: 0; }
          a { color: inherit; text-decoration: none; }
          .about, footer { color: #333333; }
          section.module { break-before: page; border-top-color: #000000; }
          .unit { break-inside: avoid; }
          h2, h3 { break-after: avoid; }
          nav { break-inside: avoid; }
        }
        """;

    public static string Of(Curriculum curriculum)
    {
        var body = new StringBuilder($"<p>{HtmlLayout.Encode(curriculum.Summary)}</p>\n<ul class=\"facts\">");
        foreach (var fact in Facts(curriculum)) body.Append($"<li>{fact}</li>");
        body.Append("</ul>\n<nav aria-label=\"Modules\"><ol>\n");
        foreach (var module in curriculum.Modules)
            body.Append(
                $"<li><a href=\"#{HtmlLayout.Encode(module.Slug)}\"><span>{HtmlLayout.Encode(module.Title)}</span><span>{Weeks(module)}</span></a></li>\n");
        body.Append("</ol></nav>\n");
        foreach (var module in curriculum.Modules) Append(body, module);
        return HtmlLayout.Render(
            curriculum.Title, body.ToString(), $"{curriculum.Credit} Version {curriculum.Version}.".TrimStart(), Style);
    }

    private static IEnumerable<string> Facts(Curriculum curriculum)
    {
        yield return $"{curriculum.Modules.Max(m => m.LastWeek)} weeks";
        yield return $"{curriculum.Modules.Count} modules";
        yield return $"{curriculum.UnitCount} units";
        yield return $"about {Math.Round(curriculum.Units.Sum(u => u.Minutes) / 60.0, MidpointRounding.AwayFromZero)} hours of study, and a practice task at work for each unit";
    }

    private static void Append(StringBuilder body, Module module)
    {
        body.Append($"<section class=\"module\" id=\"{HtmlLayout.Encode(module.Slug)}\">\n<h2>{HtmlLayout.Encode(module.Title)}</h2>\n");
        body.Append($"<p class=\"about\">{Weeks(module)}, {module.Units.Sum(u => u.Minutes)} minutes in all</p>\n");
        foreach (var unit in module.Units)
        {
            body.Append(
                $"<div class=\"unit\">\n<h3>{HtmlLayout.Encode(unit.Title)}</h3>\n<p class=\"about\">{unit.Minutes} minutes, {FollowUp(unit.Plan)}</p>\n<ul>\n");
            foreach (var outcome in unit.Outcomes) body.Append($"<li>{HtmlLayout.Encode(outcome)}</li>\n");
            body.Append($"</ul>\n<p class=\"practice\"><b>In practice:</b> {HtmlLayout.Encode(unit.Practice)}</p>\n</div>\n");
        }

        body.Append("</section>\n");
    }

    private static string Weeks(Module module) =>
        module.FirstWeek == module.LastWeek ? $"week {module.FirstWeek}" : $"weeks {module.FirstWeek} to {module.LastWeek}";

    private static string FollowUp(NudgePlan plan) => $"{plan.Steps.Count} check-ins over {plan.Steps.Max(s => s.Day)} days";
}
