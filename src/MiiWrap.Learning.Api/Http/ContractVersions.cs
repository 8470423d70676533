using System.Globalization;
using System.Text.RegularExpressions;

namespace MiiWrap.Learning.Api.Http;

/// <summary>Whether a change of the contract adds something, announces its end, or takes it away.</summary>
public enum ChangeKind
{
    Added,
    Deprecated,
    Removed,
}

/// <summary>One change of the contract.</summary>
/// <param name="Contract">The version that came with it, such as 1.3.</param>
/// <param name="On">The day of that version.</param>
/// <param name="Kind">Whether something was added, will end, or is gone.</param>
/// <param name="What">What it means for whoever calls.</param>
/// <param name="OperationId">The operation that it is about; null when it is about several.</param>
public sealed record ContractChange(string Contract, DateOnly On, ChangeKind Kind, string What, string? OperationId);

/// <summary>The versions of the contract, read from <c>CHANGES.md</c>, and the header that tells the present one.</summary>
internal static partial class ContractVersions
{
    public const string Header = "Learning-Contract";

    private static readonly Lazy<IReadOnlyList<ContractChange>> Read = new(() =>
    {
        using var text = new StreamReader(typeof(ContractVersions).Assembly.GetManifestResourceStream("CHANGES.md")!);
        return Parse(text.ReadToEnd());
    });

    /// <summary>Newest first.</summary>
    public static IReadOnlyList<ContractChange> Changes => Read.Value;

    public static string Current => Changes[0].Contract;

    public static void UseContractVersion(this WebApplication app)
    {
        var current = Current;
        app.Use((context, next) =>
        {
            // Said as the answer starts, since an error drops the headers set before it.
            if (context.Request.Path.StartsWithSegments("/v1", StringComparison.OrdinalIgnoreCase)) context.Response.OnStarting(() =>
            {
                context.Response.Headers[Header] = current;
                return Task.CompletedTask;
            });
            return next(context);
        });
    }

    public static IReadOnlyList<ContractChange> Parse(string text)
    {
        var (changes, version, on) = (new List<ContractChange>(), "", default(DateOnly));
        foreach (var line in text.Split('\n', StringSplitOptions.TrimEntries))
        {
            if (VersionLine().Match(line) is { Success: true } heading)
            {
                version = heading.Groups["version"].Value;
                on = DateOnly.ParseExact(heading.Groups["on"].Value, "yyyy-MM-dd", CultureInfo.InvariantCulture);
            }
            else if (ChangeLine().Match(line) is { Success: true } change && version.Length > 0)
            {
                changes.Add(new(version, on, Enum.Parse<ChangeKind>(change.Groups["kind"].Value, ignoreCase: true),
                    change.Groups["what"].Value, change.Groups["operation"] is { Success: true } operation ? operation.Value : null));
            }
        }

        return changes;
    }

    [GeneratedRegex(@"^## (?<version>[0-9]+\.[0-9]+) \((?<on>[0-9]{4}-[0-9]{2}-[0-9]{2})\)$", RegexOptions.None, 1000)]
    private static partial Regex VersionLine();

    [GeneratedRegex(@"^- (?<kind>added|deprecated|removed)(?: `(?<operation>\w+)`)?: (?<what>.+)$", RegexOptions.None, 1000)]
    private static partial Regex ChangeLine();
}
