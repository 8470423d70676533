using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Reflections;

namespace MiiWrap.Learning.Domain.Tests.Reflections;

/// <summary>Which words a redaction takes out of a text, and which it leaves.</summary>
public sealed class RedactionPatternTests
{
    [Theory]
    [InlineData("Marigold came. MARIGOLD went.", "██ came. ██ went.", "Marigold")]
    [InlineData("The Marigolds' porch, at Marigold's.", "The ██s' porch, at ██'s.", "Marigold")]
    [InlineData("Jo joined Jo's team; jo-jo did too.", "██ joined ██'s team; ██-██ did too.", "Jo")]
    [InlineData("She is 93, and 1993 was long ago.", "She is ██, and 1993 was long ago.", "93")]
    [InlineData("Nothing of it.", "Nothing of it.", "Marigold")]
    [InlineData("a.b.c", "██.c", "a.b")]
    public void They_go_in_any_case_and_short_ones_only_as_words(string text, string left, string words) =>
        Assert.Equal(left, RedactionPattern.Of($"({words})", 1, 1 + words.Length).From(text).Text);

    [Theory]
    [InlineData("Tess O'Neill", "Tess O\u2019Neill called.", "██ called.")]
    [InlineData("Anne-Marie", "It was Anne\u2011Marie, ANNE\u2013MARIE.", "It was ██, ██.")]
    [InlineData("Maria Lopez", "Mari\u0301a\u00A0L\u00F3pez and Maria\n Lopez.", "██ and ██.")]
    [InlineData("Petterson", "Pet\u00ADter\u200Bson\u2019s porch", "██\u2019s porch")]
    [InlineData("Tess O\u2019Neill", "Tess O'Neill called.", "██ called.")]
    [InlineData("fi", "\uFB01 and \uFB01x", "█ and \uFB01x")]
    public void They_go_however_they_are_typed(string words, string text, string left) =>
        Assert.Equal(left, RedactionPattern.Of(words, 0, words.Length).From(text).Text);

    [Fact]
    public void A_span_takes_no_blanks_and_cuts_no_character_in_two()
    {
        const string Text = "the 👩 here";
        Assert.Equal("the ██ here", RedactionPattern.Of(Text, 5, 6).From(Text).Text);
        Assert.Equal("the ██ here", RedactionPattern.Of(Text, 3, 7).From(Text).Text);
        Assert.Equal("I saw ██ twice", RedactionPattern.Of("I saw Alison twice", 6, 8).From("I saw Alison twice").Text);
    }

    [Theory]
    [InlineData("a b", 0, 1)]
    [InlineData("ab", 1, 1)]
    [InlineData("ab", -1, 1)]
    [InlineData("ab", 0, 3)]
    [InlineData("a   b", 1, 4)]
    [InlineData("a ██ b", 2, 4)]
    public void What_holds_no_words_is_refused(string text, int start, int end) =>
        Assert.Equal("redaction.span.invalid", Assert.Throws<RuleException>(() => RedactionPattern.Of(text, start, end)).Code);

    [Fact]
    public void No_text_grows_by_it()
    {
        var text = string.Concat(Enumerable.Repeat("Al ", 600));
        Assert.True(RedactionPattern.Of("Al", 0, 2).From(text).Text.Length <= text.Length);
    }
}
