using System.Text.Json;
using System.Text.RegularExpressions;

namespace MiiWrap.Learning.Api.Http;

/// <summary>
/// Says in plain words what the framework says in those of the program: its messages name types, and it gives nothing else to go by.
/// </summary>
internal static partial class BindingMessages
{
    public static string Plain(string message) =>
        Bound().Match(message) is { Success: true } bound ? $"The value of '{NameOf(bound)}' cannot be read."
        : Missing().Match(message) is { Success: true } missing ? $"The value of '{NameOf(missing)}' is missing."
        : NoBody().IsMatch(message) ? "This route needs a JSON body."
        : Unread().IsMatch(message) ? "The body cannot be read as JSON."
        : message;

    private static string NameOf(Match match) => JsonNamingPolicy.CamelCase.ConvertName(match.Groups["name"].Value);

    [GeneratedRegex("""^Failed to bind parameter "[^"]* (?<name>\w+)" from ".*"\.$""", RegexOptions.Singleline, 1000)]
    private static partial Regex Bound();

    [GeneratedRegex("""^Required parameter "[^"]* (?<name>\w+)" was not provided from (?!body)[\w ]+\.$""", RegexOptions.None, 1000)]
    private static partial Regex Missing();

    [GeneratedRegex("""^(?:Implicit body inferred for parameter|Required parameter "[^"]*" was not provided from body)""",
        RegexOptions.None, 1000)]
    private static partial Regex NoBody();

    [GeneratedRegex("""^Failed to read parameter "[^"]*" from the request body as JSON""", RegexOptions.None, 1000)]
    private static partial Regex Unread();
}
