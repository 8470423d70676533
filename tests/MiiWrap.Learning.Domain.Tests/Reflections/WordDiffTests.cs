using MiiWrap.Learning.Domain.Reflections;

namespace MiiWrap.Learning.Domain.Tests.Reflections;

/// <summary>What changed between two texts, told in words.</summary>
public sealed class WordDiffTests
{
    [Fact]
    public void Words_that_stay_go_and_come_are_told_apart()
    {
        var changes = WordDiff.Of("I asked her once, and waited.", "I asked her twice, and then waited.");
        Assert.Equal("I asked her [-once,][+twice,] and[+ then] waited.", Told(changes));
        Assert.Equal("same", Told(WordDiff.Of("same", "same")));
        Assert.Equal("[+new]", Told(WordDiff.Of("", "new")));
        Assert.Equal("[-old]", Told(WordDiff.Of("old", "")));
        Assert.Empty(WordDiff.Of("", ""));
    }

    [Fact]
    public void Both_texts_can_be_put_together_from_the_changes()
    {
        var random = new Random(20270201);
        for (var i = 0; i < 2000; i++)
        {
            var (before, after) = (Text(random), Text(random));
            var changes = WordDiff.Of(before, after);
            Assert.Equal(before, string.Concat(changes.Where(c => c.Kind != TextChangeKind.Added).Select(c => c.Text)));
            Assert.Equal(after, string.Concat(changes.Where(c => c.Kind != TextChangeKind.Removed).Select(c => c.Text)));
            Assert.DoesNotContain(changes.Zip(changes.Skip(1)), pair => pair.First.Kind == pair.Second.Kind);
        }
    }

    [Fact]
    public void Very_long_texts_are_told_as_replaced()
    {
        var (before, after) = (string.Concat(Enumerable.Repeat("a ", 5000)), string.Concat(Enumerable.Repeat("b ", 5000)));
        Assert.Equal([TextChangeKind.Removed, TextChangeKind.Added, TextChangeKind.Same], WordDiff.Of(before, after).Select(c => c.Kind));
    }

    private static string Told(IEnumerable<TextChange> changes) =>
        string.Concat(changes
            .Select(c => c.Kind switch { TextChangeKind.Added => $"[+{c.Text}]", TextChangeKind.Removed => $"[-{c.Text}]", _ => c.Text }));

    private static string Text(Random random) =>
        string.Join(random.Next(4) == 0 ? "\n" : " ", Enumerable.Range(0, random.Next(30))
            .Select(_ => ((char)('a' + random.Next(5))).ToString()));
}
