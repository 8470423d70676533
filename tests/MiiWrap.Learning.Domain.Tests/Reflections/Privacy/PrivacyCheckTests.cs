using System.Text;
using System.Text.RegularExpressions;
using MiiWrap.Learning.Domain.Reflections;
using MiiWrap.Learning.Domain.Reflections.Privacy;

namespace MiiWrap.Learning.Domain.Tests.Reflections.Privacy;

/// <summary>How well the checker finds what could point to someone, measured on labelled passages and shown with the result.</summary>
public sealed partial class PrivacyCheckTests(ITestOutputHelper output)
{
    // A little below what is measured: a change that makes the checker worse must show, one passage more or less must not.
    private static readonly Dictionary<PrivacyKind, (double Precision, double Recall)> Least = new()
    {
        [PrivacyKind.Link] = (0.95, 0.95),
        [PrivacyKind.Email] = (0.95, 0.90),
        [PrivacyKind.Ssn] = (0.95, 0.95),
        [PrivacyKind.Phone] = (0.95, 0.90),
        [PrivacyKind.RecordNumber] = (0.90, 0.90),
        [PrivacyKind.Date] = (0.90, 0.90),
        [PrivacyKind.Address] = (0.90, 0.85),
        [PrivacyKind.Age] = (0.90, 0.80),
        [PrivacyKind.Name] = (0.90, 0.80),
    };

    [Fact]
    public void Precision_and_recall_stay_what_they_are_said_to_be()
    {
        var identifying = Lines(Passages.Identifying);
        var harmless = Lines(Passages.Harmless);
        Assert.True(identifying.Count >= 200 && harmless.Count >= 200, $"{identifying.Count} and {harmless.Count} passages");

        var results = identifying.Concat(harmless).Select(Passage.Parse)
            .Select(p => (Passage: p, Found: PrivacyCheck.Find(p.Text, []).ToList())).ToList();
        output.WriteLine($"{identifying.Count} identifying and {harmless.Count} harmless passages");
        var faults = new List<string>();
        foreach (var kind in Enum.GetValues<PrivacyKind>())
        {
            var labels = results.Sum(r => r.Passage.Labels.Count(l => l.Kind == kind));
            var hit = results.Sum(r => r.Passage.Labels.Count(l => l.Kind == kind && r.Found.Exists(f => f.Kind == kind && Overlap(f, l))));
            var found = results.Sum(r => r.Found.Count(f => f.Kind == kind));
            var right = results.Sum(r => r.Found.Count(f => f.Kind == kind && r.Passage.Labels.Any(l => l.Kind == kind && Overlap(f, l))));
            var (precision, recall) = ((double)right / Math.Max(1, found), (double)hit / labels);
            output.WriteLine($"{kind,-13} precision {precision:0.00} ({right} of {found}), recall {recall:0.00} ({hit} of {labels})");
            if (precision < Least[kind].Precision || recall < Least[kind].Recall)
                faults.Add($"{kind}: precision {precision:0.00}, recall {recall:0.00}");
        }

        var wrong = harmless.Count(h => PrivacyCheck.Find(h, []).Count > 0);
        output.WriteLine($"Harmless passages with any finding: {wrong} of {harmless.Count}");
        foreach (var (passage, found) in results)
        {
            foreach (var label in passage.Labels.Where(l => !found.Exists(f => f.Kind == l.Kind && Overlap(f, l))))
                output.WriteLine($"  missed {label.Kind}: {passage.Text}");
            foreach (var extra in found.Where(f => !passage.Labels.Any(l => l.Kind == f.Kind && Overlap(f, l))))
                output.WriteLine($"  wrong {extra.Kind} '{passage.Text[extra.Start..extra.End]}': {passage.Text}");
        }

        Assert.True(faults.Count == 0, string.Join("; ", faults));
    }

    [Fact]
    public void A_finding_names_its_prompt_and_its_span_in_utf16_units()
    {
        var answers = new Answers(new Dictionary<string, string> { ["now"] = "nothing", ["then"] = "😀 Ana wrote to ana@example.org." });
        var found = PrivacyCheck.Find(answers, []);
        Assert.Equal([("then", 3, 6, PrivacyKind.Name, false), ("then", 16, 31, PrivacyKind.Email, true)],
            found.Select(f => (f.Prompt, f.Start, f.End, f.Kind, f.Blocks)));
    }

    [Fact]
    public void An_agencys_own_words_warn_as_whole_words_in_any_case()
    {
        var found = PrivacyCheck.Find("We met at hilltop house, not at Hilltop Houses.", ["Hilltop House"]);
        Assert.Equal((10, 23, PrivacyKind.Name), Assert.Single(found));
    }

    [Fact]
    public void No_text_takes_long()
    {
        string[] hard =
        [
            new('a', Answers.MostCharacters), new('9', Answers.MostCharacters), string.Concat(Enumerable.Repeat("1-", 5000)),
            string.Concat(Enumerable.Repeat("a.", 5000)),
            string.Concat(Enumerable.Repeat("Maria ", 1600)), string.Concat(Enumerable.Repeat("case A1-", 1200)),
            string.Concat(Enumerable.Repeat("www.a/", 1600)), new('@', Answers.MostCharacters),
            string.Concat(Enumerable.Repeat("she is now ", 900)), string.Concat(Enumerable.Repeat("1 Oak ", 1600)),
        ];
        // Each pattern gives up loudly when it takes long.
        Assert.All(hard, text => PrivacyCheck.Find(text, ["Hilltop House"]));
    }

    private static List<string> Lines(string text) =>
        [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];

    private static bool Overlap((int Start, int End, PrivacyKind Kind) found, (int Start, int End, PrivacyKind Kind) label) =>
        found.Start < label.End && label.Start < found.End;

    private sealed partial record Passage(string Text, IReadOnlyList<(int Start, int End, PrivacyKind Kind)> Labels)
    {
        public static Passage Parse(string marked)
        {
            var text = new StringBuilder();
            var labels = new List<(int, int, PrivacyKind)>();
            var at = 0;
            foreach (var mark in MarkPattern().Matches(marked).AsEnumerable())
            {
                text.Append(marked, at, mark.Index - at);
                var kind = mark.Groups["kind"].Value == "record"
                    ? PrivacyKind.RecordNumber
                    : Enum.Parse<PrivacyKind>(mark.Groups["kind"].Value, ignoreCase: true);
                labels.Add((text.Length, text.Length + mark.Groups["it"].Length, kind));
                text.Append(mark.Groups["it"].Value);
                at = mark.Index + mark.Length;
            }

            return new(text.Append(marked, at, marked.Length - at).ToString(), labels);
        }

        [GeneratedRegex(@"\{(?<kind>[a-z]+):(?<it>[^}]+)\}", RegexOptions.ExplicitCapture, 1000)]
        private static partial Regex MarkPattern();
    }
}
