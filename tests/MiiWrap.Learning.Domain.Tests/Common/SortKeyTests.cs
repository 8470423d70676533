using MiiWrap.Learning.Domain.Common;

namespace MiiWrap.Learning.Domain.Tests.Common;

/// <summary>Names are sorted as readers look for them.</summary>
public sealed class SortKeyTests
{
    [Theory]
    [InlineData("Zoë", "zoe")]
    [InlineData("ÁNGEL", "angel")]
    [InlineData("A\u0301ngel", "angel")]
    [InlineData("Øystein Æ. Groß", "oystein ae. gross")]
    [InlineData("ŁUKASZ", "lukasz")]
    [InlineData("İpek Işık", "ipek isik")]
    [InlineData("Δημήτρης ΠΑΠΆΣ", "δημητρησ παπασ")]
    [InlineData("GROẞ ŊGOZI", "gross ngozi")]
    [InlineData("ᾼ ᾳ", "α α")]
    [InlineData("  Ana \u00A0 Maria ", "ana maria")]
    [InlineData("Zo\u200Be", "zoe")]
    [InlineData("ＡＤＡ", "ada")]
    [InlineData("李明", "李明")]
    [InlineData("\u0301", "\u0301")]
    [InlineData("", "")]
    public void Case_and_accents_make_no_difference(string name, string key) => Assert.Equal(key, SortKey.Of(name));

    [Fact]
    public void A_key_is_never_longer_than_its_column_nor_cut_within_a_letter()
    {
        Assert.Equal(SortKey.Length, SortKey.Of(new string('\uFDFA', 200)).Length);
        var key = SortKey.Of(new string('x', SortKey.Length - 1) + "𝒜😀😀");
        Assert.DoesNotContain(key, char.IsSurrogate);
        Assert.Equal(SortKey.Length - 1, SortKey.Of(new string('x', SortKey.Length - 1) + "😀😀").Length);
    }
}
