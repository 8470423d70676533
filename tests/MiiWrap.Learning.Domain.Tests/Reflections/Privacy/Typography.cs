using System.Text;

namespace MiiWrap.Learning.Domain.Tests.Reflections.Privacy;

/// <summary>Writes a text as word processors and phones do: it looks the same and has other characters.</summary>
internal static class Typography
{
    private const string Invisible =
        "\u200B\u200C\u200D\u2060\uFEFF\u00AD\u200E\u200F\u202A\u202C\u202D\u2066\u2069\u034F\u061C\u180E\uFE0F\u0001";
    private const string Blanks =
        "\u00A0\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200A\u202F\u205F\u3000\u1680\t\n\r\v\f\u0085\u2028\u2029";
    private const string Dashes = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\uFE58\uFE63\uFF0D\u02D7";
    private const string Apostrophes = "\u2018\u2019\u02BC\u2032\uFF07`\u00B4";

    private static readonly int[] Zeros = [0x0660, 0x06F0, 0x0966, 0x09E6, 0x0E50, 0xFF10, 0x1D7CE, 0x1D7F6, 0x1FBF0];

    public static string Vary(string text, Random random)
    {
        var varied = new StringBuilder();
        var source = random.Next(3) == 0 ? text.Normalize(NormalizationForm.FormD) : text;
        var (zero, isWide) = (Zeros[random.Next(Zeros.Length)], random.Next(4) == 0);
        var changes = random.Next(2) == 0 ? 8 : 2;
        for (var i = 0; i < source.Length; i++)
        {
            var character = source[i];
            // An accent stays with its letter, and what is put at either end is not within the form.
            if (i > 0 && source[i] < '\u0300' && random.Next(changes) == 0)
                for (var n = random.Next(1, 3); n > 0; n--) varied.Append(Pick(Invisible, random));
            if (random.Next(changes) != 0 && !isWide) varied.Append(character);
            else if (char.IsAsciiDigit(character)) varied.Append(char.ConvertFromUtf32(zero + character - '0'));
            else if (character == ' ') varied.Append(Pick(Blanks, random));
            else if (character == '-') varied.Append(Pick(Dashes, random));
            else if (character == '\'') varied.Append(Pick(Apostrophes, random));
            else if (character is > '!' and <= '~') varied.Append((char)(character - '!' + '\uFF01'));
            else varied.Append(character);
        }

        return varied.ToString();
    }

    public static string Around(Random random) =>
        new[] { "", " and ", " — ", ", ", "… ", "\n", "\u200B ", " 😀 ", "\u00A0", " “" }[random.Next(10)];

    public static string Shown(string text) =>
        string.Concat(text.Select(c => c is > '\u001F' and < '\u007F' ? c.ToString() : $"\\u{(int)c:X4}"));

    private static char Pick(string from, Random random) => from[random.Next(from.Length)];
}
