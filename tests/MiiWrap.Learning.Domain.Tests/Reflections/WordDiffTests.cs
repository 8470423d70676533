using MiiWrap.Learning.Domain.Reflections;

namespace MiiWrap.Learning.Domain.Tests.Reflections;

/// <summary>What changed between two texts, told in words.</summary>
public sealed class WordDiffTests
{
    [Fact]
    public void Words_that_stay_go_and_come_are_told_apart()
    {
        var changes = WordDiff.Of("I asked her once, and waited.", "I asked her twice, and then waited.").Changes;
        Assert.Equal("I asked her [-once,][+twice,] and[+ then] waited.", Told(changes));
        Assert.Equal("same", Told(WordDiff.Of("same", "same").Changes));
        Assert.Equal("[+new]", Told(WordDiff.Of("", "new").Changes));
        Assert.Equal("[-old]", Told(WordDiff.Of("old", "").Changes));
        Assert.Empty(WordDiff.Of("", "").Changes);
    }

    [Fact]
    public void Both_texts_can_be_put_together_from_the_changes()
    {
        var random = new Random(20270201);
        for (var i = 0; i < 2000; i++)
        {
            var (before, after) = (Text(random), Text(random));
            var (changes, isWordByWord) = WordDiff.Of(before, after);
            Assert.True(isWordByWord);
            Assert.Equal(before, string.Concat(changes.Where(c => c.Kind != TextChangeKind.Added).Select(c => c.Text)));
            Assert.Equal(after, string.Concat(changes.Where(c => c.Kind != TextChangeKind.Removed).Select(c => c.Text)));
            Assert.DoesNotContain(changes.Zip(changes.Skip(1)), pair => pair.First.Kind == pair.Second.Kind);
        }
    }

    [Fact]
    public void No_shorter_comparison_tells_the_same()
    {
        // The longest common subsequence, by the textbook's table.
        var random = new Random(20270202);
        for (var i = 0; i < 500; i++)
        {
            var (before, after) = (Letters(random), Letters(random));
            var table = new int[before.Length + 1, after.Length + 1];
            for (var a = before.Length - 1; a >= 0; a--)
            {
                for (var b = after.Length - 1; b >= 0; b--)
                    table[a, b] = before[a] == after[b] ? table[a + 1, b + 1] + 1 : Math.Max(table[a + 1, b], table[a, b + 1]);
            }

            var same = WordDiff.Of(before, after).Changes.Where(c => c.Kind == TextChangeKind.Same).Sum(c => c.Text.Length);
            Assert.True(same == table[0, 0], $"{before} → {after}: {same} and not {table[0, 0]}");
        }

        // Each letter and each blank is a word of its own.
        static string Letters(Random random) =>
            string.Join(' ', Enumerable.Range(0, random.Next(30)).Select(_ => (char)('a' + random.Next(4))));
    }

    [Fact]
    public void Texts_that_differ_in_too_much_are_told_as_replaced_and_it_says_so()
    {
        var (before, after) = (string.Concat(Enumerable.Repeat("a ", 5000)), string.Concat(Enumerable.Repeat("b ", 5000)));
        var (changes, isWordByWord) = WordDiff.Of(before, after);
        Assert.Equal([TextChangeKind.Removed, TextChangeKind.Added, TextChangeKind.Same], changes.Select(c => c.Kind));
        Assert.False(isWordByWord);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(100)]
    [InlineData(10_000)]
    public void The_work_is_bounded_by_steps_and_what_is_told_makes_both_texts_all_the_same(int mostSteps)
    {
        var random = new Random(mostSteps);
        for (var i = 0; i < 50; i++)
        {
            var (before, after) = (Long(random), Long(random));
            var (changes, isWordByWord) = WordDiff.Of(before, after, mostSteps);
            Assert.Equal(before, string.Concat(changes.Where(c => c.Kind != TextChangeKind.Added).Select(c => c.Text)));
            Assert.Equal(after, string.Concat(changes.Where(c => c.Kind != TextChangeKind.Removed).Select(c => c.Text)));
            // Each of some hundred differences costs at least a step for each before it.
            if (mostSteps <= 100) Assert.False(isWordByWord);
        }

        static string Long(Random random) => string.Join(' ', Enumerable.Range(0, 400).Select(_ => $"{random.Next(1000)}"));
    }

    [Fact]
    public void A_long_text_with_a_change_at_either_end_is_told_word_by_word()
    {
        var middle = string.Join(' ', Enumerable.Range(0, 20_000));
        var (changes, isWordByWord) = WordDiff.Of($"early {middle} late", $"soon {middle} later");
        Assert.True(isWordByWord);
        Assert.Equal("[-early][+soon] … [-late][+later]", Told(changes).Replace($" {middle} ", " … ", StringComparison.Ordinal));
    }

    private static string Told(IEnumerable<TextChange> changes) =>
        string.Concat(changes
            .Select(c => c.Kind switch { TextChangeKind.Added => $"[+{c.Text}]", TextChangeKind.Removed => $"[-{c.Text}]", _ => c.Text }));

    private static string Text(Random random) =>
        string.Join(random.Next(4) == 0 ? "\n" : " ", Enumerable.Range(0, random.Next(30))
            .Select(_ => ((char)('a' + random.Next(5))).ToString()));
}
