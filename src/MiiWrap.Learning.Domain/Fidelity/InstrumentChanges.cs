namespace MiiWrap.Learning.Domain.Fidelity;

/// <summary>What an author changed between two versions of an instrument: its words, and how it scores.</summary>
public sealed record InstrumentChanges(
    IReadOnlyList<ChangedItem> Added,
    IReadOnlyList<ChangedItem> Removed,
    IReadOnlyList<RewordedItem> Reworded,
    IReadOnlyList<string> Rescaled,
    IReadOnlyList<string> Rescored,
    IReadOnlyList<InstrumentPart> Parts)
{
    public static InstrumentChanges Between(Instrument from, Instrument to)
    {
        var both = to.Items.Select(after => (Before: from.Item(after.Code), After: after)).Where(i => i.Before is not null)
            .Select(i => (Before: i.Before!, i.After)).ToList();
        return new(
            [.. OnlyIn(to, from)],
            [.. OnlyIn(from, to)],
            [.. both.Select(i => new RewordedItem(i.After.Code, i.After.Text, [.. PartsReworded(from, to, i.Before, i.After)]))
                .Where(i => i.Parts.Count > 0)],
            [.. both.Where(i => HowRated(i.Before) != HowRated(i.After)).Select(i => i.After.Code)],
            [.. to.Scores.Concat(from.Scores).Select(s => s.Code).Distinct(StringComparer.Ordinal)
                .Where(code => HowScored(from, code) != HowScored(to, code))],
            [.. PartsChanged(from, to)]);
    }

    private static IEnumerable<ChangedItem> OnlyIn(Instrument here, Instrument there) =>
        here.Sections.SelectMany(s => s.Items.Where(i => there.Item(i.Code) is null).Select(i => new ChangedItem(i.Code, i.Text, s.Slug)));

    private static IEnumerable<ItemPart> PartsReworded(Instrument from, Instrument to, InstrumentItem before, InstrumentItem after)
    {
        if (before.Text != after.Text) yield return ItemPart.Text;
        if (!before.LookFor.SequenceEqual(after.LookFor)) yield return ItemPart.LookFor;
        if (!before.Scale.Words.SequenceEqual(after.Scale.Words)) yield return ItemPart.Scale;
        if (SectionOf(from, before) != SectionOf(to, after)) yield return ItemPart.Section;
    }

    private static string SectionOf(Instrument form, InstrumentItem item) => form.Sections.First(s => s.Items.Contains(item)).Slug;

    private static string HowRated(InstrumentItem item) =>
        $"{string.Join(',', item.Scale.Values)} {item.Scale.HasNotApplicable} {item.Required} {item.Critical}";

    private static string? HowScored(Instrument form, string code) =>
        form.Scores.FirstOrDefault(s => s.Code == code) is not { } score ? null
        : string.Join('\n', [
            score.Title, $"{score.Formula.Operator}", string.Join(' ', score.Formula.Over), string.Join(' ', score.Formula.Under),
            $"{score.Formula.Counted}", $"{score.Needs.Rated} {score.Needs.Scorable} {string.Join(' ', score.Needs.Of)}",
            $"{score.WhenZero} {score.Line}", .. score.Bands.Select(b => $"{b}"),
        ]);

    private static IEnumerable<InstrumentPart> PartsChanged(Instrument from, Instrument to)
    {
        if (from.Major != to.Major) yield return InstrumentPart.Major;
        if (from.Title != to.Title) yield return InstrumentPart.Title;
        if (from.Licence != to.Licence) yield return InstrumentPart.Licence;
        if (from.Use != to.Use) yield return InstrumentPart.Use;
        if (from.Guidance != to.Guidance) yield return InstrumentPart.Guidance;
        if (from.Attribution != to.Attribution) yield return InstrumentPart.Attribution;
        if (from.Conditions != to.Conditions) yield return InstrumentPart.BandsNeed;
        if (from.CommonItems != to.CommonItems) yield return InstrumentPart.Calibration;
        if (!from.Sections.Select(s => (s.Slug, s.Title)).SequenceEqual(to.Sections.Select(s => (s.Slug, s.Title))))
            yield return InstrumentPart.Sections;
        if (!from.Flags.Select(WordsOf).SequenceEqual(to.Flags.Select(WordsOf))) yield return InstrumentPart.Flags;
    }

    private static string WordsOf(Flag flag) => $"{flag.Code} {flag.Text} {string.Join(' ', flag.AnyOf)} {flag.Equal}";
}

/// <summary>An item that one of two versions has.</summary>
/// <param name="Item" example="A1">The item's code.</param>
/// <param name="Text">What is rated.</param>
/// <param name="Section">The slug of its section.</param>
public sealed record ChangedItem(string Item, string Text, string Section);

/// <summary>An item with other words.</summary>
/// <param name="Item" example="A1">The item's code.</param>
/// <param name="Text">What is rated, in the later version.</param>
/// <param name="Parts">The parts whose words have changed.</param>
public sealed record RewordedItem(string Item, string Text, IReadOnlyList<ItemPart> Parts);

/// <summary>A part of an item that raters read.</summary>
public enum ItemPart
{
    Text,
    LookFor,
    Scale,
    Section,
}

/// <summary>A part of an instrument besides its items and scores.</summary>
public enum InstrumentPart
{
    Major,
    Title,
    Licence,
    Use,
    Guidance,
    Attribution,
    BandsNeed,
    Calibration,
    Sections,
    Flags,
}
