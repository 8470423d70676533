namespace MiiWrap.Learning.Api.Requests;

/// <summary>There is no such thing, or the caller may not know that there is.</summary>
/// <param name="what">In camelCase, as its code begins.</param>
public sealed class NotFoundException(string what) : Exception($"There is no such {WordsOf(what)}.")
{
    public string Code { get; } = $"{what}.notFound";

    private static string WordsOf(string what) =>
        string.Concat(what.Select(c => char.IsUpper(c) ? $" {char.ToLowerInvariant(c)}" : $"{c}"));
}

/// <summary>The caller changed an older state than the present one.</summary>
public sealed class StaleException(string code, string currentETag)
    : Exception("Someone changed this since you read it; read it again and repeat your change.")
{
    public string Code { get; } = code;

    public string CurrentETag { get; } = currentETag;
}

/// <summary>The caller must wait before it asks for this again.</summary>
public sealed class TooManyRequestsException(string code, string message, int seconds) : Exception(message)
{
    public string Code { get; } = code;

    public int Seconds { get; } = seconds;
}

/// <summary>The caller could not be recognised.</summary>
public sealed class NotSignedInException(string code, string message) : Exception(message)
{
    public string Code { get; } = code;
}
