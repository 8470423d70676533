using System.Globalization;
using MiiWrap.Learning.Api.Content;
using MiiWrap.Learning.Api.Hosting;
using MiiWrap.Learning.Domain.Fidelity;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Content;

/// <summary>
/// An author of an instrument is told everything that is wrong by file and line, and the shipped ones are sound and score as they say.
/// </summary>
public sealed class InstrumentCheckTests
{
    private const string Code = "small";
    private const string Form = "instruments/small.yml";

    private static readonly RatedSample Sample = new(RaterCalibrated: true, SegmentMinutes: 20);

    /// <summary>Ways to break a form: what is replaced by what, and the words at whose line the one fault must be found.</summary>
    private static readonly Dictionary<string, (string Old, string With, string At, string Message)> Breaks = new()
    {
        ["unknown key"] = ("title: A small form", "title: A small form\nauthor: me", "author: me",
            "unknown key 'author'; expected are code, version"),
        ["unknown key of an item"] = ("    scale: seen\n        critical", "    scale: seen\n        weight: 2\n        critical",
            "weight: 2", "unknown key 'weight'"),
        ["unknown key of a score"] = ("sum: [A1, A2]}", "sum: [A1, A2], times: 2}", "times: 2", "unknown key 'times'"),
        ["title without a value"] = ("title: A small form", "title: ~", "title: ~", "'title' has no value"),
        ["missing use"] = ("use: For coaching, not for personnel decisions.\n", "", "code: small", "'use' is missing"),
        ["code that is not the file's name"] = ("code: small", "code: other", "code: other", "'code' must be the file's name, 'small'"),
        ["licensed words"] = ("licence: original", "licence: licensed", "licence: licensed",
            "Items of a licensed instrument are not taken"),
        ["licence of no kind"] = ("licence: original", "licence: mine", "licence: mine",
            "'licence' must be one of original, public, summaryOnly"),
        ["rating scale without values"] = ("    values: [0, 1, 2]\n", "", "words: [no", "'values' is missing"),
        ["scale with no values in its list"] = ("values: [0, 1, 2]", "values: []", "values: []", "'values' must be at least 1 items"),
        ["scale that does not rise"] = ("values: [0, 1, 2]", "values: [0, 2, 1]", "values: [0, 2, 1]", "'values' must rise"),
        ["scale with a value twice"] = ("values: [0, 1, 2]", "values: [0, 1, 1]", "values: [0, 1, 1]", "'values' must rise"),
        ["scale with a negative value"] = ("values: [0, 1, 2]", "values: [-1, 0, 1, 2]", "values: [-1",
            "'values' must be whole numbers from 0 to 100"),
        ["words that are too few"] = ("words: [no, partly, yes]", "words: [no, yes]", "words: [no, yes]", "there are 2 words for 3 values"),
        ["values of a count"] = ("often: {kind: count}", "often: {kind: count, values: [0, 1]}", "often:", "unknown key 'values'"),
        ["unknown scale"] = ("text: Questions, scale: often", "text: Questions, scale: seldom", "scale: seldom",
            "unknown scale 'seldom'; expected is one of seen, often"),
        ["look-fors that are too few"] = ("          - Asks, and waits.\n", "", "- Tells at once.", "there are 2 look-fors for 3 values"),
        ["look-fors at some items"] = ("        lookFor: [No pause., A short one., A long one.]\n", "", "- code: A2",
            "'A2' has no lookFor and another item has"),
        ["item twice"] = ("      - {code: Q,", "      - {code: a1, text: Again, scale: often}\n      - {code: Q,", "{code: a1",
            "'a1' is used twice"),
        ["score named as an item"] = ("{code: usual,", "{code: Q,", "{code: Q, title: Usual,", "'Q' is used twice"),
        ["section twice"] = ("slug: counted", "slug: asking", "slug: asking\n    title: Counted", "two sections have the slug 'asking'"),
        ["code that is none"] = ("{code: usual,", "{code: 1st,", "{code: 1st,", "'1st' is no code"),
        ["code that stands for others"] = ("{code: usual,", "{code: all,", "{code: all,", "'all' stands for others in formulas"),
        ["unknown item in a formula"] = ("mean: [A1, A2]", "mean: [A1, A3]", "mean: [A1, A3]", "there is no item and no score 'A3'"),
        ["item twice in a formula"] = ("mean: [A1, A2]", "mean: [A1, A1]", "mean: [A1, A1]", "'A1' is named twice in 'mean'"),
        ["score that stands below"] = ("mean: [A1, A2]", "mean: [A1, share]", "mean: [A1, share]", "the score 'share' stands below"),
        ["score that rests on itself"] = ("mean: [A1, A2]", "mean: [A1, usual]", "mean: [A1, usual]",
            "the scores usual → usual rest on one another in a circle"),
        ["scores in a circle"] = ("sum: [A1, A2]}", "sum: [A1, perQuestion]}", "sum: [A1, perQuestion]",
            "the scores points → perQuestion → points rest on one another in a circle"),
        ["two formulas"] = ("sum: [A1, A2]}", "sum: [A1, A2], mean: [A1]}", "{code: points", "a score has one formula and this has 2"),
        ["no formula"] = ("{code: usual, title: Usual, mean: [A1, A2]}", "{code: usual, title: Usual}", "{code: usual",
            "a score has one formula and this has 0; expected is one of sum, mean, count, ratio, percent, percentOfMax"),
        ["operator that is none"] = ("mean: [A1, A2]", "eval: 2 * A1", "{code: usual", "a score has one formula and this has 0"),
        ["division by a count of nothing"] = ("{of: [A1, A2], atLeast: 2}}",
            "{of: [A1, A2], equals: 9}}\n  - {code: x, title: X, ratio: {over: [A1], under: [strong]}}",
            "under: [strong]", "'under' is zero whatever is rated"),
        ["percentage of a whole that is always zero"] = ("    words: [no, partly, yes]\n    na: true",
            "    words: [no, partly, yes]\n    na: true\n  none: {values: [0], words: [none]}", "whole: [Z]",
                "'whole' is zero whatever is rated"),
        ["largest value of a count"] = ("percentOfMax: [A1, A2], needs", "percentOfMax: [A1, Q], needs", "percentOfMax: [A1, Q]",
            "'Q' has no largest value"),
        ["count of two kinds"] = ("atLeast: 2}", "atLeast: 2, equals: 1}", "atLeast: 2, equals",
            "a count has either 'equals' or 'atLeast'"),
        ["count of no kind"] = ("count: {of: [A1, A2], atLeast: 2}", "count: {of: [A1, A2]}", "count: {of",
            "a count has either 'equals' or 'atLeast'"),
        ["needs that no form can meet"] = ("needs: {rated: 1}", "needs: {rated: 3}", "rated: 3",
            "3 items cannot be rated; the formula has 2"),
        ["needs more scores than there are"] = ("of: [asking], least: 1", "of: [asking], least: 2", "least: 2",
            "2 scores cannot have a value; there are 1"),
        ["needs a score that is not there"] = ("of: [asking]", "of: [asking, telling]", "of: [asking, telling]",
            "there is no score 'telling' above this one"),
        ["needs scores of sections that have none"] = ("of: [asking]", "of: sections", "of: sections",
            "no score above has the code 'counted'"),
        ["reason where nothing is divided"] = ("sum: [A1, A2]}", "sum: [A1, A2], whenZero: none}", "whenZero: none",
            "a sum and a count are divided by nothing"),
        ["bands out of order"] = ("{band: focus, from: 0,", "{band: focus, from: 75.5,", "band: focus",
            "the bands must stand from the highest to the lowest, and 75.5 is not below 75"),
        ["bands with one edge"] = ("{band: focus, from: 0,", "{band: focus, from: 75,", "band: focus", "75 is not below 75"),
        ["band without provenance"] = ("from: 0, provenance: Set by judgment.", "from: 0", "band: focus", "'provenance' is missing"),
        ["line that is no number"] = ("line: 75", "line: 1e3", "line: 1e3", "'line' must be a number from 0 to 10000"),
        ["flag of an unknown item"] = ("anyOf: [A1]", "anyOf: [A9]", "anyOf: [A9]", "there is no item 'A9'"),
        ["flag of a value that is on no scale"] = ("equals: 0}", "equals: 7}", "equals: 7", "7 is not on the scale of 'A1'"),
        ["words where they are not ours"] = ("licence: original", "licence: summaryOnly", "words: [no", "unknown key 'words'"),
        ["calibration with too many items"] = ("commonItems: 3", "commonItems: 201", "commonItems: 201",
            "'commonItems' must be a whole number from 1 to 200"),
        ["version that is none"] = ("version: 1", "version: one", "version: one", "'version' must be a whole number from 1 to 1000"),
        ["list that is not closed"] = ("version: 1", "version: [unclosed", "[unclosed", "this YAML cannot be read"),
        ["key twice"] = ("version: 1", "version: 1\nversion: 2", "version: 2", "this YAML cannot be read: Duplicate key version"),
        ["YAML that refers elsewhere"] = ("version: 1", "version: &v 1", "&v", "anchors, aliases and deep nesting are not taken here"),
        ["aliases by the million"] = ("scales:\n", $"a: &a [x, x]\n{Laughs}scales:\n", "a: &a",
            "anchors, aliases and deep nesting are not taken here"),
        ["values without end"] = ("values: [0, 1, 2]", $"values: [{string.Concat(Enumerable.Repeat("0, ", 30_000))}]", "values: [0, 0",
            "there are more than 20,000 keys and values"),
        ["items without end"] = ("      - {code: Q,", $"{Many}      - {{code: Q,", "slug: asking",
            "there are 202 items; at most 200 are taken"),
    };

    public static TheoryData<string> BreakNames => [.. Breaks.Keys];

    private static string Laughs => string.Concat(Enumerable.Range(1, 40).Select(i => $"{(char)('a' + (i % 26))}{i}: &x{i} [*a, *a]\n"));

    private static string Many => string.Concat(Enumerable.Range(1, 199).Select(i =>
        $"      - {{code: M{i}, text: More, scale: often}}\n"));

    [Theory]
    [MemberData(nameof(BreakNames))]
    public void Each_fault_of_an_instrument_is_named_by_file_and_line_and_nothing_else_is(string name)
    {
        using var copy = ContentCopy.OfTheFirstVersion();
        var (old, with, at, message) = Breaks[name];
        copy.Write(Form, SmallForm.Of(Code));
        // A score that needs an item of its own to be at fault.
        if (at == "whole: [Z]")
            copy.Replace(Form, "scores:\n",
                "  - slug: zero\n    title: Zero\n    items:\n      - {code: Z, text: Z, scale: none, lookFor: [None.]}\nscores:\n"
                + "  - {code: ofNothing, title: Of nothing, percent: {part: [A1], whole: [Z]}}\n");
        copy.Replace(Form, old, with);
        var line = LineOf(copy, at);

        var faults = CurriculumParser.Read(ContentFiles.FromFolder(copy.Folder)).Faults;

        var wanted = faults.FirstOrDefault(f => f.File == Form && f.Line == line && f.Message.Contains(message, StringComparison.Ordinal));
        Assert.True(wanted is not null, $"expected {Form}:{line}: {message}, found:\n{string.Join('\n', faults)}");
        // What is neither a formula nor known is both; words and look-fors of a summary are many.
        Assert.True(faults.Count == 1 || name is "operator that is none" or "words where they are not ours", string.Join('\n', faults));
    }

    [Fact]
    public void A_sound_form_has_no_fault_and_every_operator()
    {
        using var copy = ContentCopy.OfTheFirstVersion();
        copy.Write(Form, SmallForm.Of(Code));
        var form = Assert.Single(CurriculumParser.Read(ContentFiles.FromFolder(copy.Folder)).Sound().Instruments).Instrument;
        Assert.Equal(Enum.GetValues<ScoreOperator>(), form.Scores.Select(s => s.Formula.Operator).Distinct().Order());
        var scores = form.ScoresOf(new Dictionary<string, int?> { ["A1"] = 1, ["A2"] = 2, ["Q"] = 2 }, Sample);
        Assert.Equal(
            ["asking 75.0", "points 3.0", "usual 1.5", "strong 1.0", "share 33.3", "perQuestion 1.50", "total 75.0 strong"],
            scores.Select(s => $"{s.Score.Code} {Shown(s)}"));
    }

    [Fact]
    public void The_check_tells_what_is_in_the_shipped_instruments_and_how_hard_they_are_to_read()
    {
        using var output = new StringWriter(CultureInfo.InvariantCulture);
        Assert.Equal(0, ContentCheck.Report(ContentFiles.FromFolder(ContentCopy.Original), output));
        Assert.Contains("tpo-1 1: Team Practice Observation; 28 items in 7 sections, 8 scores;", output.ToString(),
            StringComparison.Ordinal);
        Assert.DoesNotContain("note: instruments/", output.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tpo-1", 28, 4, new[] { "A3", "B3", "B4" })]
    [InlineData("cso-1", 7, 5, new string[0])]
    public void The_original_forms_say_what_to_look_for_at_each_value_of_each_item(string code, int items, int values, string[] critical)
    {
        var form = Shipped(code);
        Assert.Equal((items, Licence.Original), (form.Items.Count(), form.Licence));
        Assert.All(form.Items, i => Assert.Equal(values, i.LookFor.Count));
        Assert.All(form.Items, i => Assert.Equal(values, i.Scale.Words.Count));
        Assert.Equal(items * values, form.Items.SelectMany(i => i.LookFor).Distinct().Count());
        Assert.Equal(critical, form.Items.Where(i => i.Critical).Select(i => i.Code));
        Assert.InRange(ReadingLevel.Of(string.Join("\n\n", form.Items.SelectMany(i => i.LookFor))).Grade, 1, 8);
        Assert.All(form.Items, i => Assert.True(ReadingLevel.Of(string.Join("\n\n", i.LookFor)).Grade <= 9, $"{i.Code} is hard to read"));
        Assert.Contains("not for personnel decisions", form.Use, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tpo-1", 60, 25, "80.0", "strong")]
    [InlineData("tpo-1", 67, 28, "79.8", "adequate")]
    [InlineData("tpo-1", 55, 23, "79.7", "adequate")]
    [InlineData("tpo-1", 63, 28, "75.0", "adequate")]
    [InlineData("tpo-1", 51, 28, "60.7", "developing")]
    [InlineData("tpo-1", 50, 28, "59.5", "focus")]
    [InlineData("tpo-1", 45, 20, null, null)]
    [InlineData("tpo-1", 56, 28, "66.7", "developing")]
    [InlineData("tpo-1", 72, 24, "100.0", "strong")]
    [InlineData("tpo-1", 56, 23, "81.2", "strong")]
    [InlineData("tpo-1", 52, 23, "75.4", "adequate")]
    [InlineData("cso-1", 23, 7, "82.1", "strong")]
    [InlineData("cso-1", 19, 6, "79.2", "adequate")]
    [InlineData("cso-1", 17, 7, "60.7", "developing")]
    [InlineData("cso-1", 20, 5, null, null)]
    public void The_shipped_forms_score_as_specified(string code, int sum, int rated, string? value, string? band)
    {
        var form = Shipped(code);
        var ratings = form.Items.Index().ToDictionary(
            i => i.Item.Code, i => i.Index < rated ? (sum / rated) + (i.Index < sum % rated ? 1 : 0) : (int?)null, StringComparer.Ordinal);
        Assert.Empty(form.Refused(ratings));
        var total = form.ScoresOf(ratings, Sample).Single(s => s.Score.Code == Instrument.Total);
        Assert.Equal((value, band), (total.Shown?.ToString("0.0", CultureInfo.InvariantCulture), total.Band?.Name));
        Assert.Equal(value is null ? "tooFewRated" : null, total.Reason);
        Assert.Equal(80, total.Score.Line);
    }

    // Cultivating, softening, partnership, empathy | SR CR Q AF SEEK EMPHASIZE PERSUADE CONFRONT.
    [Theory]
    [InlineData("4 4 4 4", "8 12 9 3 4 2 0 0", "4.0 good, 4.0 good, 60.0 good, 2.22 good, 9.0, 0.0")]
    [InlineData("3 3 3 4", "9 6 15 2 1 0 2 0", "3.0 fair, 3.5 fair, 40.0 fair, 1.00 fair, 3.0, 2.0")]
    [InlineData("2 3 3 3", "5 2 21 1 0 0 4 1", "2.5 below, 3.0 below, 28.6 below, 0.33 below, 1.0, 5.0")]
    [InlineData("3 4 4 3", "0 0 4 0 0 0 0 0", "3.5 fair, 3.5 fair, noReflections, 0.00 below, 0.0, 0.0")]
    [InlineData("4 3 4 5", "6 4 0 1 1 1 0 0", "3.5 fair, 4.5 good, 40.0 fair, noQuestions, 3.0, 0.0")]
    public void The_summary_of_the_MITI_scores_as_published(string globals, string counts, string scores)
    {
        var form = Shipped("miti-4.2.1-summary");
        var ratings = "CCT SST PART EMP SR CR Q AF SEEK EMPHASIZE PERSUADE CONFRONT".Split(' ')
            .Zip($"{globals} {counts}".Split(' ').Select(v => int.Parse(v, CultureInfo.InvariantCulture)))
            .ToDictionary(r => r.First, r => (int?)r.Second, StringComparer.Ordinal);
        Assert.Empty(form.Refused(ratings));
        Assert.Equal(scores, string.Join(", ", form.ScoresOf(ratings, Sample).Select(s => s.Value is null ? s.Reason
            : Shown(s))));
        Assert.All(form.ScoresOf(ratings, new(RaterCalibrated: false, SegmentMinutes: 20)), s => Assert.Null(s.Band));
        Assert.All(form.ScoresOf(ratings, new(RaterCalibrated: true, SegmentMinutes: 9)), s => Assert.Null(s.Band));
        Assert.Equal((4, 10), (form.Sections[0].Items.Count, form.Sections[1].Items.Count));
        Assert.All(form.Items, i => Assert.Empty(i.LookFor));
    }

    private static string Shown(ScoreResult score) =>
        $"{score.Shown!.Value.ToString($"F{score.Score.Decimals}", CultureInfo.InvariantCulture)} {score.Band?.Name}".TrimEnd();

    private static Instrument Shipped(string code) =>
        CurriculumParser.Read(ContentFiles.FromFolder(ContentCopy.Original)).Sound().Instruments.Single(i => i.Instrument.Code == code)
            .Instrument;

    /// <summary>The line, from 1, at which the words begin.</summary>
    private static int LineOf(ContentCopy copy, string words)
    {
        var text = File.ReadAllText(copy.PathOf(Form));
        return text[..text.IndexOf(words, StringComparison.Ordinal)].Count(c => c == '\n') + 1;
    }
}
