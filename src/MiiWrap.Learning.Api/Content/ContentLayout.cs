using System.Text.RegularExpressions;

namespace MiiWrap.Learning.Api.Content;

/// <summary>What a file in a content folder or archive is, by its path.</summary>
internal enum ContentPlace
{
    Text,
    Image,

    /// <summary>Of use to authors or their tools, and no part of any curriculum.</summary>
    Aside,
    Nowhere,
}

/// <summary>The one place that knows which files are content. Folder, archive, import, check and export all ask here.</summary>
internal static partial class ContentLayout
{
    public const string CurriculumFile = "curriculum.yml";
    public const string Rubrics = "rubrics/";
    public const string Plans = "nudge-plans/";
    public const string Instruments = "instruments/";
    public const string Credentials = "credentials/";
    public const string Indicators = "indicators";
    public const string IndicatorFile = "indicators.yml";
    public const string Units = "units/";
    public const string Images = "images/";
    public const string Materials = "materials/";
    public const string Schema = "schema/";
    public const string Readme = "README.md";

    public const string Expected =
        "expected are <curriculum>/curriculum.yml, <curriculum>/units/<slug>.md, <curriculum>/materials/<slug>.md, "
        + "<curriculum>/images/<name>.png or .jpg, rubrics/<slug>.yml, nudge-plans/<slug>.yml, instruments/<code>.yml, "
        + "credentials/<code>.yml and indicators.yml, in lower-case letters, digits, '.', '-' and '_'";

    public static ContentPlace PlaceOf(string path) =>
        IsAside(path) ? ContentPlace.Aside
        : TextPattern().IsMatch(path) ? ContentPlace.Text
        : ImagePattern().IsMatch(path) ? ContentPlace.Image
        : ContentPlace.Nowhere;

    /// <summary>True when a path would not stay where it is put, or has characters that some systems read otherwise.</summary>
    public static bool Escapes(string path) =>
        path.Length > 200 || path.Contains('\\', StringComparison.Ordinal) || path.Contains(':', StringComparison.Ordinal)
        || path.Split('/').Any(p => p is "" or "." or ".." || p.Any(char.IsControl));

    public static bool IsShared(string path) =>
        path.StartsWith(Rubrics, StringComparison.Ordinal) || path.StartsWith(Plans, StringComparison.Ordinal);

    public static bool IsInstrument(string path) => path.StartsWith(Instruments, StringComparison.Ordinal);

    public static bool IsCredential(string path) => path.StartsWith(Credentials, StringComparison.Ordinal);

    public static string CredentialFile(string code) => $"{Credentials}{code}.yml";

    public static string InstrumentFile(string code) => $"{Instruments}{code}.yml";

    /// <summary>Where the files of a version are served.</summary>
    public static string AddressOf(string curriculum, int version) => $"/v1/curricula/{curriculum}/versions/{version}";

    private static bool IsAside(string path) =>
        path == Readme || path.StartsWith(Schema, StringComparison.Ordinal)
        || ChangesPattern().IsMatch(path) || LeftBehindPattern().IsMatch(path);

    // What changed from version to version, told to people.
    [GeneratedRegex(@"^(?!rubrics/|nudge-plans/|instruments/|credentials/)[a-z0-9._-]+/CHANGES\.md$", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex ChangesPattern();

    // Hidden files, and what file managers leave in folders and archives.
    [GeneratedRegex(@"(^|/)(\.|__MACOSX/|Thumbs\.db$|desktop\.ini$)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex LeftBehindPattern();

    [GeneratedRegex(
        @"^(indicators\.yml|(rubrics|nudge-plans|instruments|credentials)/[a-z0-9._-]+\.yml"
            + @"|(?!rubrics/|nudge-plans/|instruments/|credentials/)[a-z0-9._-]+/(curriculum\.yml|(units|materials)/[a-z0-9._-]+\.md))$",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        1000)]
    private static partial Regex TextPattern();

    [GeneratedRegex(@"^(?!rubrics/|nudge-plans/|instruments/|credentials/)[a-z0-9._-]+/images/[a-z0-9._-]+\.(png|jpe?g)$",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex ImagePattern();
}
