using MiiWrap.Learning.Domain.Reflections;

namespace MiiWrap.Learning.Domain.Tests.Reflections;

/// <summary>How alike two readers score, checked against figures worked out by hand.</summary>
public sealed class AgreementTests
{
    [Fact]
    public void The_figures_are_those_of_the_textbook()
    {
        // Scores of two readers: (0,0) (1,1) (2,2) (3,3) (1,2) (2,1) (0,1) (3,1).
        // Squared distances: 0 0 0 0 1 1 1 4, together 7.
        var agreement = Agreement
            .Of([.. new[] { (0, 0), (1, 1), (2, 2), (3, 3), (1, 2), (2, 1), (0, 1), (3, 1) }.Select(p => (One(p.Item1), One(p.Item2)))]);
        Assert.Equal((8, 8), (agreement.Pairs, agreement.Scores));
        Assert.Equal(0.5, agreement.Exact!.Value, 10);
        Assert.Equal(0.875, agreement.WithinOne!.Value, 10);
        Assert.Equal(1 - (7.0 / ByChance()), agreement.WeightedKappa!.Value, 10);
    }

    [Fact]
    public void Where_all_say_the_same_chance_explains_it_and_there_is_no_kappa()
    {
        var agreement = Agreement.Of([(One(2), One(2)), (One(2), One(2))]);
        Assert.Equal((1.0, 1.0), (agreement.Exact!.Value, agreement.WithinOne!.Value));
        Assert.Null(agreement.WeightedKappa);
        Assert.Null(Agreement.Of([]).Exact);
    }

    /// <summary>Every first score against every second one, an eighth of each pairing.</summary>
    private static double ByChance()
    {
        int[] first = [0, 1, 2, 3, 1, 2, 0, 3], second = [0, 1, 2, 3, 2, 1, 1, 1];
        return first.SelectMany(a => second.Select(b => (a - b) * (a - b) / 8.0)).Sum();
    }

    private static IReadOnlyDictionary<string, int> One(int score) => new Dictionary<string, int> { ["experience"] = score };
}
