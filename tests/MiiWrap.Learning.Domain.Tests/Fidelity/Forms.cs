using MiiWrap.Learning.Domain.Fidelity;

namespace MiiWrap.Learning.Domain.Tests.Fidelity;

/// <summary>Instruments as the shipped ones score, without their words, and ratings for them.</summary>
internal static class Forms
{
    public static readonly RatedSample Sample = new(RaterCalibrated: true, SegmentMinutes: 20);

    private static readonly Band[] TotalBands =
        [new("strong", 80, "x"), new("adequate", 75, "x"), new("developing", 60, "x"), new("focus", 0, "x")];

    public static Instrument Tpo { get; } =
        OfSections("tpo-1", "ABCDEFG", itemsEach: 4, largest: 3, ["A3", "B3", "B4"], rated: 21, sections: 5);

    public static Instrument Cso { get; } =
        OfSections("cso-1", "C", itemsEach: 7, largest: 4, [], rated: 6, sections: 0) with { CommonItems = 6 };

    public static Instrument Miti { get; } = new(
        "miti", 1, "MITI", Licence.SummaryOnly, "x", null, null, [], [
            new("globals", "Globals", [.. Names("CCT SST PART EMP").Select(c => Item(c, new("global", [1, 2, 3, 4, 5], [], false)))]),
            new("counts", "Counts", [
                .. Names("GI PERSUADE PERMISSION Q SR CR AF SEEK EMPHASIZE CONFRONT").Select(c => Item(c, new("tally", [], [], false))),
            ]),
        ],
        [
            Score("technical", ScoreOperator.Mean, "CCT SST", "", 4, 3) with { Needs = new(2, [], 0) },
            Score("relational", ScoreOperator.Mean, "PART EMP", "", 4, 3.5m) with { Needs = new(2, [], 0) },
            Score("complex", ScoreOperator.Percent, "CR", "SR CR", 50, 40) with { WhenZero = "noReflections" },
            Score("ratio", ScoreOperator.Ratio, "SR CR", "Q", 2, 1) with { WhenZero = "noQuestions" },
            new("mia", "MIA", new(ScoreOperator.Sum, Names("SEEK AF EMPHASIZE"), [])),
            new("mina", "MINA", new(ScoreOperator.Sum, Names("CONFRONT PERSUADE"), [])),
        ],
        [])
    {
        Conditions = new(RaterCalibrated: true, SegmentMinutes: 10),
    };

    public static string[] Names(string words) => words.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    public static InstrumentItem Item(string code, RatingScale scale, bool critical = false) => new(code, code, scale, false, critical, []);

    /// <summary>A digit for each item in the form's order; a hyphen is N/A, a space nothing.</summary>
    public static Dictionary<string, int?> Ratings(Instrument form, string digits) =>
        form.Items.Zip(digits).Where(r => r.Second != ' ')
            .ToDictionary(r => r.First.Code, r => r.Second == '-' ? (int?)null : r.Second - '0', StringComparer.Ordinal);

    /// <summary>The first so many items rated, with values as alike as they can be for this sum, and N/A for the rest.</summary>
    public static Dictionary<string, int?> Ratings(Instrument form, int sum, int rated) =>
        form.Items.Index().ToDictionary(
            i => i.Item.Code, i => i.Index < rated ? (sum / rated) + (i.Index < sum % rated ? 1 : 0) : (int?)null, StringComparer.Ordinal);

    public static ScoreResult Result(this Instrument form, string score, IReadOnlyDictionary<string, int?> ratings) =>
        form.ScoresOf(ratings, Sample).Single(s => s.Score.Code == score);

    private static Instrument OfSections(
        string code, string letters, int itemsEach, int largest, string[] critical, int rated, int sections)
    {
        var scale = new RatingScale("scale", [.. Enumerable.Range(0, largest + 1)], [], HasNotApplicable: true);
        InstrumentSection[] all = [
            .. letters.Select(l => new InstrumentSection($"section-{l}", $"{l}", [
                .. Enumerable.Range(1, itemsEach).Select(n => Item($"{l}{n}", scale, critical.Contains($"{l}{n}"))),
            ])),
        ];
        var parts = all.Select(s => new Score(s.Slug, s.Title, new(ScoreOperator.PercentOfMax, [.. s.Items.Select(i => i.Code)], []))
        {
            Needs = new(2, [], 0),
        });
        string[] codes = [.. all.SelectMany(s => s.Items).Select(i => i.Code)];
        var total = new Score(Instrument.Total, "Total", new(ScoreOperator.PercentOfMax, codes, []))
        {
            Needs = new(rated, [.. all.Select(s => s.Slug)], sections),
            Line = 80,
            Bands = TotalBands,
        };
        Flag[] flags = critical.Length == 0 ? [] : [new("criticalZero", "x", critical, 0)];
        return new(code, 1, code, Licence.Original, "x", null, null, [scale], all, [.. parts, total], flags);
    }

    private static Score Score(string code, ScoreOperator how, string over, string under, decimal good, decimal fair) =>
        new(code, code, new(how, Names(over), Names(under)))
        {
            Bands = [new("good", good, "x"), new("fair", fair, "x"), new("below", 0, "x")],
        };
}
