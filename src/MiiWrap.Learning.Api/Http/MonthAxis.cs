using MiiWrap.Learning.Domain.Fidelity;

namespace MiiWrap.Learning.Api.Http;

/// <summary>The axis of a chart by month, from the first month to the last.</summary>
internal sealed record MonthAxis(DateOnly First, DateOnly Last)
{
    public int Months => Trend.Between(First, Last);

    public static MonthAxis Of(IEnumerable<string> months)
    {
        var all = months.Select(Requests.Months.Parse).ToList();
        return new(all.Min(), all.Max());
    }

    public bool Holds(string month) => Requests.Months.Parse(month) is var day && day >= First && day <= Last;

    /// <summary>Where a month stands, as a share of the width.</summary>
    public string Across(string month) => Months == 0 ? "50%" : Charts.Share(MonthsTo(month) / (double)Months);

    public int MonthsTo(string month) => Trend.Between(First, Requests.Months.Parse(month));
}
