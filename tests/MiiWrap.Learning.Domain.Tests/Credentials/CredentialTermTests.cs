using MiiWrap.Learning.Domain.Credentials;

namespace MiiWrap.Learning.Domain.Tests.Credentials;

/// <summary>The days of a term: whole months, the last day itself included, and no day lost or given back by when it is renewed.</summary>
public sealed class CredentialTermTests
{
    private static readonly CredentialTerm Term = new(18, 60);

    [Theory]
    [InlineData("2027-03-31", "2028-09-30")]
    [InlineData("2027-08-31", "2029-02-28")]
    [InlineData("2026-08-31", "2028-02-29")]
    [InlineData("2027-03-15", "2028-09-15")]
    public void A_term_ends_so_many_months_later_or_on_the_last_day_that_the_month_has(string first, string last) =>
        Assert.Equal(Day(last), Term.EndOf(Day(first)));

    [Theory]
    [InlineData("2028-07-02")]
    [InlineData("2028-09-30")]
    public void Renewed_early_it_goes_on_from_its_end(string renewedOn) =>
        Assert.Equal(Day("2030-03-30"), Term.EndAfter(Day("2028-09-30"), Day(renewedOn)));

    [Theory]
    [InlineData("2028-10-01", "2030-04-01")]
    [InlineData("2028-11-29", "2030-05-29")]
    public void Renewed_in_its_grace_it_goes_on_from_that_day(string renewedOn, string last) =>
        Assert.Equal(Day(last), Term.EndAfter(Day("2028-09-30"), Day(renewedOn)));

    [Fact]
    public void It_can_be_renewed_from_90_days_before_its_end_to_60_days_after()
    {
        Assert.Equal(Day("2028-07-02"), CredentialTerm.OpensOn(Day("2028-09-30")));
        Assert.Equal(Day("2028-11-29"), Term.GraceUntil(Day("2028-09-30")));
    }

    private static DateOnly Day(string day) => DateOnly.Parse(day, System.Globalization.CultureInfo.InvariantCulture);
}
