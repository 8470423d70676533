using MiiWrap.Learning.Api.Requests;

namespace MiiWrap.Learning.Api.Contracts;

/// <summary>For whom figures are meant.</summary>
public enum FigureAudience
{
    Inside,

    /// <summary>As they may leave the programme.</summary>
    Outside,
}

internal static class FigureAudiences
{
    /// <summary>The audience that a request names, and who is inside where it names none.</summary>
    public static FigureAudience Named(string? name) =>
        EnumNames.TryParse<FigureAudience>(name, out var audience) ? audience : FigureAudience.Inside;
}
