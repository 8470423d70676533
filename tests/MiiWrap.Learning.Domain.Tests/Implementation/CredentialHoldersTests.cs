using MiiWrap.Learning.Domain.Implementation;

namespace MiiWrap.Learning.Domain.Tests.Implementation;

public sealed class CredentialHoldersTests
{
    private static readonly DateOnly January = new(2027, 1, 1);

    [Fact]
    public void A_term_holds_on_its_last_day_and_not_on_the_day_on_which_it_was_revoked()
    {
        var term = Term(1, January, last: new(2028, 6, 30));
        Assert.Equal(
            [false, true, true, false],
            new[] { January.AddDays(-1), January, new(2028, 6, 30), new(2028, 7, 1) }.Select(d => Holders(d, term).Count == 1));
        var revoked = term with { RevokedOn = new(2027, 3, 1) };
        Assert.Equal((1, 0), (Holders(new(2027, 2, 28), revoked).Count, Holders(new(2027, 3, 1), revoked).Count));
        Assert.Single(Holders(new(2090, 1, 1), Term(1, January)));
    }

    [Fact]
    public void Who_has_renewed_is_counted_once_and_does_not_run_out()
    {
        HeldTerm[] terms =
        [
            Term(1, January, last: new(2027, 12, 31)), Term(1, new(2027, 11, 1), last: new(2028, 12, 31)),
            Term(2, January, last: new(2027, 12, 31)), Term(3, January),
        ];
        Assert.Equal((3, 1), (Holders(new(2027, 12, 1), terms).Count, CredentialHolders.Expiring(terms, new(2027, 12, 1))));
        // The last day that is ninety days ahead is still within them.
        Assert.Equal((0, 1), (CredentialHolders.Expiring(terms, new(2027, 10, 1)), CredentialHolders.Expiring(terms, new(2027, 10, 2))));
    }

    [Fact]
    public void A_reader_of_every_day_is_told_of_a_quarter_once_five_have_come_or_gone()
    {
        List<HeldTerm> terms = [.. Enumerable.Range(1, 4).Select(p => Term(p, January))];
        Assert.Null(Told(new(2027, 6, 1)));
        terms.Add(Term(5, new(2027, 4, 10)));
        Assert.Null(Told(new(2027, 6, 30)));
        Assert.Equal(5, Told(new(2027, 7, 1)));
        terms.AddRange(Enumerable.Range(6, 4).Select(p => Term(p, new(2027, 8, 1))));
        Assert.Equal(5, Told(new(2027, 12, 31)));
        // A sixth comes and one goes: that is six who changed.
        terms.Add(Term(10, new(2027, 10, 5)));
        terms[0] = terms[0] with { RevokedOn = new(2027, 11, 1) };
        Assert.Equal((5, 9), (Told(new(2027, 12, 31)), Told(new(2028, 1, 1))));

        int? Told(DateOnly today) => CredentialHolders.Told(terms, today, 5)?.Count;
    }

    /// <summary>Whoever reads on every day of years sees counts that differ by people enough, or not at all.</summary>
    [Theory]
    [InlineData(5), InlineData(11)]
    public void No_two_days_differ_by_few_people(int fewest)
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            List<HeldTerm> terms =
            [
                .. Enumerable.Range(0, random.Next(1, 60)).Select(i => Term(
                    random.Next(40), January.AddDays(random.Next(700)), January.AddDays(random.Next(700, 1_400)),
                    random.Next(4) == 0 ? January.AddDays(random.Next(1_400)) : null)),
            ];
            IReadOnlySet<Guid>? before = null;
            for (var day = January; day < January.AddDays(1_500); day = day.AddDays(15))
            {
                var told = CredentialHolders.Told(terms, day, fewest);
                if (told is null)
                {
                    Assert.Null(before);
                    continue;
                }

                Assert.True(told.Count >= fewest, $"seed {seed}");
                var changed = before is null ? 0 : told.Except(before).Count() + before.Except(told).Count();
                Assert.True(changed == 0 || changed >= fewest, $"seed {seed}, {day}: {changed} have changed");
                before = told;
            }
        }
    }

    private static IReadOnlySet<Guid> Holders(DateOnly day, params HeldTerm[] terms) => CredentialHolders.On(terms, day);

    private static HeldTerm Term(int person, DateOnly first, DateOnly? last = null, DateOnly? revokedOn = null) =>
        new(null, new(person, 0, 0, new byte[8]), first, last, revokedOn);
}
