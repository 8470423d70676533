using System.Globalization;
using System.Text;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Common;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace MiiWrap.Learning.Api.Content;

/// <summary>A YAML mapping that is read key by key; whatever is missing, wrong or unknown becomes a fault with its line.</summary>
internal sealed class YamlMap
{
    private const int MostItems = 200;

    private readonly string file;
    private readonly int lineOffset;
    private readonly YamlMappingNode node;
    private readonly List<ContentFault> faults;
    private readonly List<string> known = [];

    private YamlMap(string file, int lineOffset, YamlMappingNode node, List<ContentFault> faults)
    {
        this.file = file;
        this.lineOffset = lineOffset;
        this.node = node;
        this.faults = faults;
    }

    public int Line => LineOf(node);

    /// <param name="lineOffset">Lines of the file before the YAML begins, as in front matter.</param>
    public static YamlMap? Parse(string yaml, string file, int lineOffset, List<ContentFault> faults)
    {
        var line = 1;
        try
        {
            if (Unsafe(yaml, ref line) is { } unsafeText)
            {
                faults.Add(new(file, unsafeText.Line + lineOffset, unsafeText.Message));
                return null;
            }

            var stream = new YamlStream();
            stream.Load(new StringReader(yaml));
            if (stream.Documents is [{ RootNode: YamlMappingNode root }]) return new(file, lineOffset, root, faults);
            faults.Add(new(file, 1 + lineOffset, "a list of 'key: value' lines is expected here"));
        }
        catch (YamlException e)
        {
            // The library repeats the place in its message; the fault has it already, in lines of the file.
            faults.Add(
                new(file, Math.Max(1, (int)e.Start.Line) + lineOffset, $"this YAML cannot be read: {e.Message.Split("): ").Last()}"));
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // The library has states and values that it did not think of, such as a list without its end and an escape of no character, and
            // then throws whatever the framework does. An author's file must not end the program.
            faults.Add(new(file, line + lineOffset, "this YAML cannot be read: something here or below is not closed or not spelt right"));
        }

        return null;
    }

    /// <summary>
    /// The first line that reaches deeper than content ever does, refers elsewhere, or is one too many: reading such a file could take for
    /// ever.
    /// </summary>
    /// <param name="line">The line of what was read last, should the library end in an exception.</param>
    private static (int Line, string Message)? Unsafe(string yaml, ref int line)
    {
        const int deepest = 12;
        const int mostLines = 5_000;
        const int mostValues = 20_000;
        if (yaml.AsSpan().Count('\n') > mostLines) return (mostLines, $"there are more than {mostLines:N0} lines of YAML here");
        var parser = new Parser(new StringReader(yaml));
        for (var (depth, values) = (0, 0); parser.MoveNext(); values++)
        {
            depth += parser.Current!.NestingIncrease;
            line = (int)parser.Current.Start.Line;
            if (depth > deepest || parser.Current is AnchorAlias or NodeEvent { Anchor.IsEmpty: false })
                return (line, "anchors, aliases and deep nesting are not taken here; write the value out");
            if (values > mostValues) return (line, $"there are more than {mostValues:N0} keys and values here");
        }

        return null;
    }

    public void Fault(string key, string message) => faults.Add(new(file, LineOf(key), message));

    public void FaultAt(int fileLine, string message) => faults.Add(new(file, fileLine, message));

    public string Text(string key, int most, bool required = true)
    {
        if (Value(key, required) is not { } value) return "";
        if (value is not YamlScalarNode { Value: { } text }) return Wrong(value, key, "text", "");
        text = text.Trim();
        if (!IsPlain(text)) return Wrong(value, key, "text without control characters and code points that are no characters", text);
        if (text.Length == 0 && required) return Wrong(value, key, "text that is not empty", "");
        return text.Length <= most ? text : Wrong(value, key, $"at most {most} characters, not {text.Length}", text);
    }

    public int Number(string key, int least, int most) => Number(key, least, most, required: true) ?? least;

    public int? Number(string key, int least, int most, bool required)
    {
        if (Value(key, required) is not { } value) return null;
        return value is YamlScalarNode { Value: { } text } && int.TryParse(text, CultureInfo.InvariantCulture, out var number)
            && number >= least && number <= most
            ? number
            : Wrong(value, key, $"a whole number from {least} to {most}", (int?)null);
    }

    public decimal? Decimal(string key, decimal least, decimal most, bool required = true)
    {
        if (Value(key, required) is not { } value) return null;
        return value is YamlScalarNode { Value: { } text }
            && decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            && number >= least && number <= most
            ? number
            : Wrong(value, key, $"a number from {least} to {most}", (decimal?)null);
    }

    public bool Has(string key) => Find(key) is not null;

    /// <summary>The text of a key that is read with its faults later.</summary>
    public string Peek(string key) => Find(key) is YamlScalarNode { Value: { } text } ? text.Trim() : "";

    /// <summary>All words in what stands under a key, however deep.</summary>
    public IReadOnlyList<string> WordsIn(string key) =>
        Find(key) is { } value ? [.. value.AllNodes.OfType<YamlScalarNode>().Select(n => IsNull(n) ? "" : n.Value!.Trim())] : [];

    /// <summary>True when the key is there; it is none of the unknown ones, whatever reads it.</summary>
    public bool Knows(string key)
    {
        known.Add(key);
        return Has(key);
    }

    /// <summary>True when this one word stands where a list could.</summary>
    public bool Says(string key, string word)
    {
        known.Add(key);
        return Find(key) is YamlScalarNode { Value: { } text } && text == word;
    }

    /// <summary>The line of the file at which the key's value begins, or this mapping where it has none.</summary>
    public int LineOf(string key) => FindAny(key) is { } value ? LineOf(value) : Line;

    public bool Flag(string key, bool required = true)
    {
        if (Value(key, required) is not { } value) return false;
        return value is YamlScalarNode { Value: "true" or "false" } flag
            ? flag.Value == "true"
            : Wrong(value, key, "true or false", false);
    }

    public T? Choice<T>(string key, bool required = true)
        where T : struct, Enum
    {
        if (Value(key, required) is not { } value) return null;
        return value is YamlScalarNode { Value: { } text } && EnumNames.TryParse<T>(text, out var choice)
            ? choice
            : Wrong(value, key, "one of " + string.Join(", ", EnumNames.Names<T>()), (T?)null);
    }

    public IReadOnlyList<string> Texts(string key, int most, int least = 1, int mostItems = MostItems) =>
        [.. TextsWithLines(key, most, least, mostItems).Select(t => t.Text)];

    /// <summary>Texts with their lines of the file, where each may be wrong in a way that only the caller knows.</summary>
    public IReadOnlyList<(string Text, int Line)> TextsWithLines(string key, int most, int least = 1, int mostItems = MostItems)
    {
        var texts = new List<(string, int)>();
        foreach (var item in Items(key, least, mostItems))
        {
            if (item is YamlScalarNode { Value: { } text } && !IsNull(item) && text.Trim().Length > 0 && text.Trim().Length <= most)
            {
                texts.Add((text.Trim(), LineOf(item)));
                if (!IsPlain(text)) Wrong(item, key, "text without control characters and code points that are no characters", "");
            }
            else Wrong(item, key, $"text of 1 to {most} characters", "");
        }

        return texts;
    }

    public IReadOnlyList<YamlMap> Maps(string key, int least = 1, int most = MostItems)
    {
        var maps = new List<YamlMap>();
        foreach (var item in Items(key, least, most))
        {
            if (item is YamlMappingNode map) maps.Add(new(file, lineOffset, map, faults));
            else Wrong(item, key, "'key: value' lines", "");
        }

        return maps;
    }

    /// <summary>A list of whole numbers.</summary>
    public IReadOnlyList<int> Numbers(string key, int least, int most, int mostItems)
    {
        var numbers = new List<int>();
        foreach (var item in Items(key, 1, mostItems))
        {
            if (item is YamlScalarNode { Value: { } text }
                && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                && number >= least && number <= most)
                numbers.Add(number);
            else Wrong(item, key, $"whole numbers from {least} to {most}", "");
        }

        return numbers;
    }

    /// <summary>Entries by name, each with 'key: value' lines of its own.</summary>
    public IReadOnlyList<(string Name, YamlMap Map)> NamedMaps(string key)
    {
        if (Map(key) is not { } map) return [];
        var maps = new List<(string, YamlMap)>();
        foreach (var name in map.node.Children.Keys.OfType<YamlScalarNode>().Select(k => k.Value ?? "").Take(MostItems))
        {
            if (map.Map(name) is { } inner) maps.Add((name, inner));
        }

        map.Done();
        if (maps.Count == 0) Fault(key, $"'{key}' must be at least one name with 'key: value' lines");
        return maps;
    }

    public YamlMap? Map(string key, bool required = true)
    {
        if (Value(key, required) is not { } value) return null;
        return value is YamlMappingNode map ? new(file, lineOffset, map, faults) : Wrong(value, key, "'key: value' lines", (YamlMap?)null);
    }

    /// <summary>All entries as numbers by key, such as the least score for each criterion.</summary>
    public IReadOnlyDictionary<string, int> Numbers(string key, int least, int most)
    {
        if (Map(key, required: false) is not { } map) return new Dictionary<string, int>();
        return map.node.Children.Keys.OfType<YamlScalarNode>().Select(k => k.Value ?? "").Distinct(StringComparer.Ordinal).Take(MostItems)
            .ToDictionary(k => k, k => map.Number(k, least, most), StringComparer.Ordinal);
    }

    /// <summary>All entries as texts by number, such as the words of each step.</summary>
    public IReadOnlyDictionary<int, string> NumberedTexts(string key, int most)
    {
        var texts = new Dictionary<int, string>();
        if (Map(key, required: false) is not { } map) return texts;
        foreach (var name in map.node.Children.Keys.OfType<YamlScalarNode>().Take(MostItems))
        {
            if (int.TryParse(name.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
                texts[number] = map.Text(name.Value!, most);
            else Wrong(name, key, "a step's number as key", "");
        }

        return texts;
    }

    /// <summary>Reports every key that nothing asked for: a misspelt key would otherwise be lost in silence.</summary>
    public void Done()
    {
        foreach (var key in node.Children.Keys.Where(k => k is not YamlScalarNode { Value: { } name } || !known.Contains(name))
            .Take(MostItems))
            faults.Add(new(file, LineOf(key), $"unknown key '{key}'; expected are {string.Join(", ", known.Distinct())}"));
    }

    // An escape such as "\uFFFE" brings in what the file itself may not hold.
    private static bool IsPlain(string text) => CodePoints.AreAll(text, static rune =>
        !CodePoints.IsNoncharacter(rune) && (!Rune.IsControl(rune) || rune.Value is '\n' or '\r' or '\t'));

    private IEnumerable<YamlNode> Items(string key, int least, int most)
    {
        if (Value(key, required: least > 0) is not { } value) return [];
        if (value is not YamlSequenceNode list) return Wrong(value, key, "a list, each item behind '- '", Array.Empty<YamlNode>());
        return list.Children.Count >= least && list.Children.Count <= most ? list.Children
            : Wrong(value, key, list.Children.Count < least
                ? $"at least {least} items"
                : $"at most {most} items", list.Children.Take(most));
    }

    private YamlNode? Value(string key, bool required)
    {
        known.Add(key);
        var value = Find(key);
        if (value is null && required)
            faults.Add(new(file, LineOf(key), FindAny(key) is null ? $"'{key}' is missing" : $"'{key}' has no value"));
        return value;
    }

    private YamlNode? Find(string key) => FindAny(key) is { } value && !IsNull(value) ? value : null;

    private YamlNode? FindAny(string key) => node.Children.TryGetValue(new YamlScalarNode(key), out var value) ? value : null;

    /// <summary>No value, in any of the ways of YAML 1.2 (10.3.2); in quotes they are texts.</summary>
    private static bool IsNull(YamlNode value) =>
        value is YamlScalarNode { Style: ScalarStyle.Plain, Tag.IsEmpty: true, Value: null or "" or "~" or "null" or "Null" or "NULL" };

    private T Wrong<T>(YamlNode value, string key, string expected, T otherwise)
    {
        faults.Add(new(file, LineOf(value), $"'{key}' must be {expected}"));
        return otherwise;
    }

    private int LineOf(YamlNode value) => (int)value.Start.Line + lineOffset;
}
