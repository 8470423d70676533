using MiiWrap.Learning.Domain.Fidelity;

namespace MiiWrap.Learning.Domain.Tests.Fidelity;

/// <summary>Agreement that an agency is told of is of pairs that change no more.</summary>
public sealed class BlindRatingTests
{
    private static readonly DateTime Locked = new(2027, 2, 10, 12, 0, 0, DateTimeKind.Utc);

    [Fact]
    public void A_pair_settles_a_month_after_its_quarter_and_what_is_voided_later_stays()
    {
        Assert.Equal(new(2027, 5, 1), Of(null).SettledOn);
        Assert.True(Of(null).Counts);
        Assert.False(Of(new(2027, 4, 30, 23, 59, 59, DateTimeKind.Utc)).Counts);
        Assert.True(Of(new(2027, 5, 1, 0, 0, 0, DateTimeKind.Utc)).Counts);
    }

    [Fact]
    public void The_figure_is_the_one_of_the_vector()
    {
        var agreement = BlindRating.AgreementOf([Of(null, "2232223122213-2232122222221-", "22322231232122223212222-2221")]);
        Assert.Equal((25, 3, .88, 1.0), (agreement.Scores, agreement.Mismatches, agreement.Exact, agreement.WithinOne));
        Assert.Equal(.8, agreement.ShownKappa!.Value, 4);
    }

    private static BlindRating Of(DateTime? voidedAt, string first = "2", string second = "2") =>
        new(Guid.NewGuid(), Locked, voidedAt, Values(first), Values(second));

    private static Dictionary<string, int?> Values(string digits) =>
        digits.Select((d, i) => (d, i)).ToDictionary(x => $"A{x.i}", x => x.d == '-' ? (int?)null : x.d - '0');
}
