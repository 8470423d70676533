namespace MiiWrap.Learning.Api.Contracts;

/// <summary>For whom figures are meant.</summary>
public enum FigureAudience
{
    Inside,

    /// <summary>As they may leave the programme.</summary>
    Outside,
}
