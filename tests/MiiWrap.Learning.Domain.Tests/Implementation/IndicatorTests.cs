using MiiWrap.Learning.Domain.Fidelity;
using MiiWrap.Learning.Domain.Implementation;
using static MiiWrap.Learning.Domain.Tests.Implementation.Months;

namespace MiiWrap.Learning.Domain.Tests.Implementation;

/// <summary>What a month of an indicator may be, and what it comes to.</summary>
public sealed class IndicatorTests
{
    [Theory]
    [InlineData(IndicatorKind.Proportion, "3 8 - -", 3, 8)]
    [InlineData(IndicatorKind.Proportion, "0 8 - -", 0, 1)]
    [InlineData(IndicatorKind.Proportion, "8 8 - -", 1, 1)]
    [InlineData(IndicatorKind.Rate, "1 20.5 - -", 24, 41)]
    [InlineData(IndicatorKind.Rate, "0 0.25 - -", 0, 1)]
    [InlineData(IndicatorKind.Rate, "5 2 - -", 30, 1)]
    [InlineData(IndicatorKind.Mean, "- - 71.125 8", 569, 8)]
    [InlineData(IndicatorKind.Mean, "- - 0 1", 0, 1)]
    [InlineData(IndicatorKind.Count, "- - 0 -", 0, 1)]
    [InlineData(IndicatorKind.Count, "- - 1000000 -", 1_000_000, 1)]
    public void A_month_has_this_value(IndicatorKind kind, string counts, int over, int under)
    {
        Assert.Null(Indicator(kind).FaultOf(Counts(counts)));
        Assert.Equal(new Fraction(over, under), Indicator(kind).ValueOf(Counts(counts)));
    }

    [Fact]
    public void A_month_in_which_nothing_was_held_is_no_fault_and_has_no_value()
    {
        var bounded = Indicator(IndicatorKind.Proportion, 0.2m, 0.9m);
        Assert.Null(bounded.FaultOf(Counts("0 0 - -")));
        Assert.Null(bounded.ValueOf(Counts("0 0 - -")));
        Assert.Null(Indicator(IndicatorKind.Rate).ValueOf(Counts("0 0 - -")));
    }

    [Theory]
    [InlineData(IndicatorKind.Proportion, "- 8 - -", "missing")]
    [InlineData(IndicatorKind.Proportion, "3 - - -", "missing")]
    [InlineData(IndicatorKind.Proportion, "- - 3 -", "missing")]
    [InlineData(IndicatorKind.Proportion, "3 8 0.375 -", "extra")]
    [InlineData(IndicatorKind.Proportion, "3 8 - 8", "extra")]
    [InlineData(IndicatorKind.Proportion, "-1 8 - -", "negative")]
    [InlineData(IndicatorKind.Proportion, "-1.5 -2 - -", "negative")]
    [InlineData(IndicatorKind.Proportion, "3 1000001 - -", "tooLarge")]
    [InlineData(IndicatorKind.Proportion, "2.5 8 - -", "notWhole")]
    [InlineData(IndicatorKind.Proportion, "2 8.01 - -", "notWhole")]
    [InlineData(IndicatorKind.Proportion, "9 8 - -", "numeratorOverDenominator")]
    [InlineData(IndicatorKind.Proportion, "1 0 - -", "numeratorOverDenominator")]
    [InlineData(IndicatorKind.Rate, "1 - - -", "missing")]
    [InlineData(IndicatorKind.Rate, "- 20 - -", "missing")]
    [InlineData(IndicatorKind.Rate, "1 20 - 3", "extra")]
    [InlineData(IndicatorKind.Rate, "1 20 0.6 -", "extra")]
    [InlineData(IndicatorKind.Rate, "1 -20 - -", "negative")]
    [InlineData(IndicatorKind.Rate, "1000001 20 - -", "tooLarge")]
    [InlineData(IndicatorKind.Rate, "0.5 20 - -", "notWhole")]
    [InlineData(IndicatorKind.Rate, "1 20.125 - -", "tooPrecise")]
    [InlineData(IndicatorKind.Rate, "0 0 - -", "outOfBounds")]
    [InlineData(IndicatorKind.Mean, "- - 71 -", "missing")]
    [InlineData(IndicatorKind.Mean, "- - - 8", "missing")]
    [InlineData(IndicatorKind.Mean, "568 8 71 8", "extra")]
    [InlineData(IndicatorKind.Mean, "- 8 71 8", "extra")]
    [InlineData(IndicatorKind.Mean, "- - -0.001 8", "negative")]
    [InlineData(IndicatorKind.Mean, "- - 71 -8", "negative")]
    [InlineData(IndicatorKind.Mean, "- - 71 1000001", "tooLarge")]
    [InlineData(IndicatorKind.Mean, "- - 1000000.001 8", "tooLarge")]
    [InlineData(IndicatorKind.Mean, "- - 71.1234 8", "tooPrecise")]
    [InlineData(IndicatorKind.Mean, "- - 71 0", "outOfBounds")]
    [InlineData(IndicatorKind.Count, "- - - -", "missing")]
    [InlineData(IndicatorKind.Count, "12 - 12 -", "extra")]
    [InlineData(IndicatorKind.Count, "- - 12 1", "extra")]
    [InlineData(IndicatorKind.Count, "- - -1 -", "negative")]
    [InlineData(IndicatorKind.Count, "- - 1000001 -", "tooLarge")]
    [InlineData(IndicatorKind.Count, "- - 12.5 -", "notWhole")]
    public void A_month_that_is_none_is_refused_for_this(IndicatorKind kind, string counts, string fault) =>
        Assert.Equal(fault, Indicator(kind).FaultOf(Counts(counts)));

    [Theory]
    [InlineData(IndicatorKind.Proportion, "1 5 - -", "0.2", "0.9", null)]
    [InlineData(IndicatorKind.Proportion, "9 10 - -", "0.2", "0.9", null)]
    [InlineData(IndicatorKind.Proportion, "19 100 - -", "0.2", "0.9", "outOfBounds")]
    [InlineData(IndicatorKind.Proportion, "91 100 - -", "0.2", "0.9", "outOfBounds")]
    [InlineData(IndicatorKind.Rate, "5 20 - -", null, "3", null)]
    [InlineData(IndicatorKind.Rate, "5 19.99 - -", null, "3", "outOfBounds")]
    [InlineData(IndicatorKind.Mean, "- - 0 8", null, "100", null)]
    [InlineData(IndicatorKind.Mean, "- - 100.001 8", null, "100", "outOfBounds")]
    [InlineData(IndicatorKind.Mean, "- - 19.999 8", "20", null, "outOfBounds")]
    [InlineData(IndicatorKind.Mean, "- - 1000000 8", "20", null, null)]
    [InlineData(IndicatorKind.Count, "- - 1 -", "1", "500", null)]
    [InlineData(IndicatorKind.Count, "- - 500 -", "1", "500", null)]
    [InlineData(IndicatorKind.Count, "- - 501 -", "1", "500", "outOfBounds")]
    [InlineData(IndicatorKind.Count, "- - 0 -", "1", "500", "outOfBounds")]
    public void Bounds_belong_to_what_is_within_and_those_of_a_rate_are_of_a_year(
        IndicatorKind kind, string counts, string? least, string? most, string? fault) =>
        Assert.Equal(
            fault, Indicator(kind, least is null ? null : Number(least), most is null ? null : Number(most)).FaultOf(Counts(counts)));

    [Fact]
    public void A_number_is_as_precise_as_it_is_and_not_as_it_was_written()
    {
        Assert.Null(Indicator(IndicatorKind.Rate).FaultOf(Counts("1.00 20.5000 - -")));
        Assert.Null(Indicator(IndicatorKind.Mean).FaultOf(Counts("- - 71.1230 8")));
        Assert.Null(Indicator(IndicatorKind.Count).FaultOf(Counts("- - 12.0 -")));
    }

    [Fact]
    public void A_fraction_is_divided_by_another_of_either_sign_and_never_by_zero()
    {
        Assert.Equal(new Fraction(9, 8), new Fraction(3, 4) / new Fraction(2, 3));
        Assert.Equal(new Fraction(-9, 8), new Fraction(3, 4) / new Fraction(-2, 3));
        Assert.Equal(new Fraction(9, 8), new Fraction(-3, 4) / new Fraction(-2, 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Fraction(3, 4) / new Fraction(0, 3));
    }

    /// <summary>
    /// Faults read off the digits as they were written, and values compared with bounds by a division of decimals, over counts of which
    /// half have something wrong.
    /// </summary>
    [Fact]
    public void Another_computation_agrees_over_ten_thousand_months()
    {
        var random = new Random(20270401);
        var met = new Dictionary<string, int>();
        for (var run = 0; run < 10_000; run++)
        {
            var kind = random.GetItems(Enum.GetValues<IndicatorKind>(), 1)[0];
            var members = Written(kind, random);
            decimal? least = random.Next(2) == 0 ? null : random.Next(4) * 0.25m;
            decimal? most = random.Next(2) == 0 ? null : random.Next(4, 120) * 0.25m;
            var (indicator, counts) = (Indicator(kind, least, most), Counts(string.Join(' ', members)));
            var fault = Fault(kind, members, least, most);
            Assert.Equal(fault, indicator.FaultOf(counts));
            met[fault ?? "none"] = met.GetValueOrDefault(fault ?? "none") + 1;
            if (fault is not null) continue;
            if (Value(members, kind) is { } value) Assert.InRange(indicator.ValueOf(counts)!.Round(9) - value, -1e-9m, 1e-9m);
            else Assert.Null(indicator.ValueOf(counts));
        }

        Assert.Equal(9, met.Count);
        Assert.All(met.Values, count => Assert.InRange(count, 100, 6_000));
    }

    private static string[] Written(IndicatorKind kind, Random random)
    {
        string[] members = kind switch
        {
            IndicatorKind.Mean => ["-", "-", $"{random.Next(30)}.{random.Next(1000):000}", $"{random.Next(9)}"],
            IndicatorKind.Count => ["-", "-", $"{random.Next(30)}", "-"],
            IndicatorKind.Rate => [$"{random.Next(5)}", $"{random.Next(20)}.{random.Next(100):00}", "-", "-"],
            _ => [$"{random.Next(6)}", $"{random.Next(12)}", "-", "-"],
        };
        if (random.Next(2) == 0) return members;
        var spoilt = random.Next(4);
        members[spoilt] = random.Next(6) switch
        {
            0 => "-",
            1 => "3",
            2 => "-3",
            3 => "1000001",
            _ when spoilt < 3 => $"2.{random.Next(2000):0000}",
            _ => "0",
        };
        return members;
    }

    private static string? Fault(IndicatorKind kind, string[] members, decimal? least, decimal? most)
    {
        var shape = string.Concat(members.Select(m => m == "-" ? '-' : 'x'));
        var needed = kind switch { IndicatorKind.Mean => "--xx", IndicatorKind.Count => "--x-", _ => "xx--" };
        if (shape.Zip(needed).Any(p => p is ('-', 'x'))) return "missing";
        if (shape != needed) return "extra";
        string[] given = [.. members.Where(m => m != "-")];
        if (given.Any(m => m[0] == '-')) return "negative";
        if (given.Any(m => m.Split('.')[0].Length > 6)) return "tooLarge";
        for (var i = 0; i < 3; i++)
        {
            var decimals = members[i].Contains('.') ? members[i].Split('.')[1].TrimEnd('0').Length : 0;
            var allowed = (kind, i) switch { (IndicatorKind.Rate, 1) => 2, (IndicatorKind.Mean, 2) => 3, _ => 0 };
            if (decimals > allowed) return allowed == 0 ? "notWhole" : "tooPrecise";
        }

        if (kind == IndicatorKind.Proportion && Number(members[1]) - Number(members[0]) < 0) return "numeratorOverDenominator";
        if (kind == IndicatorKind.Mean && members[3] == "0") return "outOfBounds";
        return Value(members, kind) is { } value ? value < least || value > most ? "outOfBounds" : null
            : kind == IndicatorKind.Rate ? "outOfBounds" : null;
    }

    /// <summary>Of months without a fault; null where the denominator is zero.</summary>
    private static decimal? Value(string[] members, IndicatorKind kind)
    {
        if (kind is IndicatorKind.Mean or IndicatorKind.Count) return Number(members[2]);
        var under = Number(members[1]);
        return under == 0 ? null : (kind == IndicatorKind.Rate ? 12 : 1) * Number(members[0]) / under;
    }
}
