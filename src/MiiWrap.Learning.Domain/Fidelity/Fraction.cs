using System.Globalization;
using System.Numerics;

namespace MiiWrap.Learning.Domain.Fidelity;

/// <summary>An exact number, kept as it was counted: 20 of 25 stays that, and equals 4 of 5.</summary>
public sealed record Fraction : IComparable<Fraction>
{
    public Fraction(BigInteger numerator, BigInteger denominator)
    {
        if (denominator <= 0) throw new ArgumentOutOfRangeException(nameof(denominator), "A fraction has a denominator above zero.");
        (Numerator, Denominator) = (numerator, denominator);
    }

    public BigInteger Numerator { get; }

    public BigInteger Denominator { get; }

    public static Fraction Of(decimal number)
    {
        var power = BigInteger.Pow(10, number.Scale);
        return new(new BigInteger(number * (decimal)power), power);
    }

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    public static Fraction Parse(string text)
    {
        var parts = text.Split('/');
        return new(
            BigInteger.Parse(parts[0], CultureInfo.InvariantCulture), BigInteger.Parse(parts[1], CultureInfo.InvariantCulture));
    }

    public static Fraction operator +(Fraction left, Fraction right)
    {
        var common = left.Denominator / BigInteger.GreatestCommonDivisor(left.Denominator, right.Denominator) * right.Denominator;
        return new((left.Numerator * (common / left.Denominator)) + (right.Numerator * (common / right.Denominator)), common);
    }

    public static Fraction operator -(Fraction left, Fraction right) => left + new Fraction(-right.Numerator, right.Denominator);

    public static Fraction operator /(Fraction left, int right) => new(left.Numerator, left.Denominator * right);

    public static Fraction operator /(Fraction left, Fraction right) =>
        new(left.Numerator * right.Denominator * right.Numerator.Sign, left.Denominator * BigInteger.Abs(right.Numerator));

    public static bool operator <(Fraction left, Fraction right) => left.CompareTo(right) < 0;

    public static bool operator >(Fraction left, Fraction right) => left.CompareTo(right) > 0;

    public static bool operator <=(Fraction left, Fraction right) => left.CompareTo(right) <= 0;

    public static bool operator >=(Fraction left, Fraction right) => left.CompareTo(right) >= 0;

    public static Fraction Mean(IReadOnlyCollection<Fraction> numbers) => numbers.Aggregate((sum, next) => sum + next) / numbers.Count;

    /// <summary>The middle one, or the mean of the middle two.</summary>
    public static Fraction Median(IEnumerable<Fraction> numbers)
    {
        var sorted = numbers.Order().ToList();
        var middle = sorted.Count / 2;
        return sorted.Count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    public int CompareTo(Fraction? other) =>
        other is null ? 1 : (Numerator * other.Denominator).CompareTo(other.Numerator * Denominator);

    /// <summary>Rounded for people, a half away from zero; nothing is compared by it.</summary>
    public decimal Round(int decimals)
    {
        var power = BigInteger.Pow(10, decimals);
        var rounded = ((2 * BigInteger.Abs(Numerator) * power) + Denominator) / (2 * Denominator);
        return Numerator.Sign * (decimal)rounded / (decimal)power;
    }

    /// <summary>As near as a double comes, for JSON and for drawing.</summary>
    public double ToDouble() => (double)Numerator / (double)Denominator;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Numerator}/{Denominator}");

    public bool Equals(Fraction? other) => other is not null && CompareTo(other) == 0;

    public override int GetHashCode()
    {
        var divisor = BigInteger.GreatestCommonDivisor(Numerator, Denominator);
        return HashCode.Combine(Numerator / divisor, Denominator / divisor);
    }
}
