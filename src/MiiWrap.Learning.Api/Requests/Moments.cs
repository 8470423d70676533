using System.Globalization;
using System.Text.RegularExpressions;

namespace MiiWrap.Learning.Api.Requests;

/// <summary>
/// Moments as RFC 3339 has them, with their offset. Without one a parser would take them for times in the server's own zone.
/// </summary>
internal static partial class Moments
{
    public static bool TryParse(string? text, out DateTimeOffset moment)
    {
        moment = default;
        return text is not null && Form.IsMatch(text)
            && DateTimeOffset.TryParse(text.ToUpperInvariant(), CultureInfo.InvariantCulture, DateTimeStyles.None, out moment);
    }

    [GeneratedRegex(@"\A[0-9]{4}-[0-9]{2}-[0-9]{2}t[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,16})?)?(z|[+-][0-9]{2}:[0-9]{2})\z",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Form { get; }
}
