using FluentValidation;

namespace MiiWrap.Learning.Api.Content;

/// <summary>Rules about query parameters that name published content.</summary>
internal static class ContentRules
{
    /// <summary>
    /// A slug, or nothing. SQL Server takes capitals and blanks at the end for the same text, and would find what is called otherwise.
    /// </summary>
    /// <param name="what">What it is the slug of, such as a code of an instrument.</param>
    public static IRuleBuilderOptions<T, string?> MustBeSlug<T>(this IRuleBuilder<T, string?> rule, string what) =>
        rule.Must(s => s is null || CurriculumParser.IsSlug(s)).WithMessage($"This is no {what}.");
}
