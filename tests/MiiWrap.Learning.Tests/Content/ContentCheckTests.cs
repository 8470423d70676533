using MiiWrap.Learning.Api.Content;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Content;

/// <summary>An author is told everything that is wrong, by file and line, before anything is published.</summary>
public sealed class ContentCheckTests
{
    private const string Course = "miiwrap-coaching-cohort/curriculum.yml";
    private const string Unit = "miiwrap-coaching-cohort/units/1.1-why-good-training-fades.md";
    private const string Anchor = "miiwrap-coaching-cohort/units/1.4-coaching-agreement.md";
    private const string Image = "miiwrap-coaching-cohort/images/map.png";

    private static readonly byte[] Png = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0];

    /// <summary>Ways to break the course: what is done to the copy, and the file, line and words of the one fault that must be found.</summary>
    private static readonly Dictionary<string, (Action<ContentCopy> Break, string File, Func<ContentCopy, int> Line, string Message)> Breaks = new()
    {
        ["unknown key"] = (c => c.Replace(Unit, "minutes: 35", "minutes: 35\nminuets: 35"), Unit, c => c.LineOf(Unit, "minuets"), "unknown key 'minuets'; expected are title, minutes"),
        ["unknown key of a prompt"] = (c => c.Replace(Unit, "  - slug: so-what", "  - slug: so-what\n    txt: x"), Unit, c => c.LineOf(Unit, "txt: x"), "unknown key 'txt'"),
        ["missing prompts"] = (c => c.Replace(Unit, "prompts:", "outcomes2:"), Unit, _ => 2, "'prompts' is missing"),
        ["missing prompt text"] = (c => c.Replace(Anchor, "    text: What did you change in your plan because of it?\n", ""), Anchor, c => c.LineOf(Anchor, "slug: so-what"), "'text' is missing"),
        ["last prompt is not now-what"] = (c => c.Replace(Unit, "slug: now-what", "slug: and-then"), Unit, c => c.LineOf(Unit, "and-then"), "the last prompt is 'and-then'; expected is 'now-what'"),
        ["duplicate slug of a unit"] = (c => c.Replace(Course, "      - 1.3-guide-dont-fix", "      - 1.3-guide-dont-fix\n      - 1.1-why-good-training-fades"), Course, c => c.LineOf(Course, "1.3-guide-dont-fix") + 1, "'1.1-why-good-training-fades' is used twice"),
        ["duplicate slug of a prompt"] = (c => c.Replace(Unit, "slug: so-what", "slug: what"), Unit, c => c.LineOf(Unit, "slug: what") + 2, "two prompts have the slug 'what'"),
        ["duplicate key"] = (c => c.Replace(Unit, "plan: light", "plan: light\nplan: light"), Unit, c => c.LineOf(Unit, "plan: light") + 1, "this YAML cannot be read: Duplicate key plan"),
        ["missing unit"] = (c => File.Delete(c.PathOf(Unit)), Course, c => c.LineOf(Course, "1.1-why"), $"there is no file {Unit}"),
        ["unit that nothing names"] = (c => c.Replace(Course, "      - 1.1-why-good-training-fades\n", ""), Unit, _ => 1, "no module names this unit"),
        ["dead anchor"] = (c => c.Replace(Unit, "Most of us own a binder", "Most of us [own](#nowhere) a binder"), Unit, c => c.LineOf(Unit, "#nowhere"), "there is no heading '#nowhere' in this text; expected is one of #ines-week-by-week"),
        ["dead link to a unit"] = (c => c.Replace(Unit, "Most of us own a binder", "Most of us own a [binder](9.9-binder.md)"), Unit, c => c.LineOf(Unit, "9.9-binder"), "there is no unit miiwrap-coaching-cohort/units/9.9-binder.md"),
        ["dead anchor in another unit"] = (c => c.Replace(Unit, "Most of us own a binder", "Most of us own a [binder](1.4-coaching-agreement.md#x)"), Unit, c => c.LineOf(Unit, "#x"), "there is no heading '#x' in"),
        ["script as a link"] = (c => c.Replace(Unit, "Most of us own a binder", "Most of us own a [binder](javascript:alert)"), Unit, c => c.LineOf(Unit, "javascript"), "the link 'javascript:alert' leads nowhere; expected is a web address"),
        ["web address in a table that is none"] = (c => c.Replace(Unit, "| 2 | Two crises", "| 2 | [Two](https:/x) crises"), Unit, c => c.LineOf(Unit, "https:/x"), "the link 'https:/x' leads nowhere"),
        ["dead footnote"] = (c => c.Replace(Unit, "after a year.[^1]", "after a year.[^1] Or so.[^9]"), Unit, c => c.LineOf(Unit, "[^9]"), "there is no footnote [^9]"),
        ["footnote that nothing refers to"] = (c => c.Replace(Unit, "after a year.[^1]", "after a year."), Unit, c => c.LineOf(Unit, "[^1]:"), "no sentence refers to the footnote [^1]"),
        ["unknown plan"] = (c => c.Replace(Unit, "plan: light", "plan: medium"), Unit, c => c.LineOf(Unit, "plan: medium"), "'plan' must be one of anchor, standard, light"),
        ["unknown rubric"] = (c => c.Replace(Unit, "rubric: refl-lite", "rubric: refl-9"), Unit, c => c.LineOf(Unit, "refl-9"), "unknown rubric 'refl-9'; expected is one of refl-1, refl-depth, refl-lite"),
        ["unknown step"] = (c => c.Replace(Unit, "  1: \"One question", "  7: \"One question"), Unit, c => c.LineOf(Unit, "  7: "), "the plan has no step 7; expected is one of 1, 2"),
        ["unknown placeholder"] = (c => c.Replace(Unit, "You might leave your own", "{chek} You might leave your own"), Unit, c => c.LineOf(Unit, "{chek}"), "unknown placeholder {chek}; expected is {check}"),
        ["minutes out of range"] = (c => c.Replace(Unit, "minutes: 35", "minutes: 900"), Unit, c => c.LineOf(Unit, "minutes: 900"), "'minutes' must be a whole number from 5 to 240"),
        ["broken front matter"] = (c => c.Replace(Unit, "---\n", ""), Unit, _ => 1, "the front matter is broken"),
        ["broken YAML"] = (c => c.Replace(Unit, "title: Why good", "title: \"Why good"), Unit, _ => 2, "this YAML cannot be read"),
        ["YAML that refers elsewhere"] = (c => c.Replace(Unit, "minutes: 35", "minutes: &m 35"), Unit, c => c.LineOf(Unit, "&m"), "anchors, aliases and deep nesting are not taken here"),
        ["wrong encoding"] = (c => c.Write(Unit, [.. File.ReadAllBytes(c.PathOf(Unit)), 0xE9, 0x0A]), Unit, c => File.ReadAllLines(c.PathOf(Unit)).Length, "this is not plain UTF-8 text"),
        ["oversize"] = (c => c.Write(Unit, new string('x', ContentFiles.LargestText + 1)), Unit, _ => 1, "the file has 262,145 bytes; at most 262,144 are taken"),
        ["link out of the folder"] = (c => File.CreateSymbolicLink(c.PathOf("rubrics/refl-2.yml"), "/etc/hostname"), "rubrics/refl-2.yml", _ => 1, "this is a link to another place"),
        ["folder that is a link"] = (c => Directory.CreateSymbolicLink(c.PathOf("more"), Path.GetTempPath()), "more", _ => 1, "this is a link to another place"),
        ["name that paths may not have"] = (c => c.Write("rubrics/a:b.yml", "x"), "rubrics/a:b.yml", _ => 1, "this path leaves the bundle"),
        ["file of no use"] = (c => c.Write("notes.txt", "x"), "notes.txt", _ => 1, "this file has no place in content; expected are <curriculum>/curriculum.yml"),
        ["folder without a curriculum"] = (c => c.Write("other/units/a.md", "x"), "other/units/a.md", _ => 1, "there is no other/curriculum.yml"),
        ["raw HTML"] = (c => c.Replace(Unit, "Most of us own", "<script>alert(1)</script>\n\nMost of us own"), Unit, c => c.LineOf(Unit, "<script>"), "raw HTML is not taken"),
        ["raw HTML in a line"] = (c => c.Replace(Unit, "Most of us own", "Most of <b>us</b> own"), Unit, c => c.LineOf(Unit, "<b>us"), "raw HTML (<b>) is not taken"),
        ["image without words"] = (c => c.Write(Image, Png).Replace(Unit, "Most of us own", "![](../images/map.png)\n\nMost of us own"), Unit, c => c.LineOf(Unit, "map.png"), "the image has no alternative text"),
        ["missing image"] = (c => c.Replace(Unit, "Most of us own", "![A map](../images/map.png)\n\nMost of us own"), Unit, c => c.LineOf(Unit, "map.png"), $"there is no image {Image}"),
        ["image from elsewhere"] = (c => c.Replace(Unit, "Most of us own", "![A map](https://example.org/map.png)\n\nMost of us own"), Unit, c => c.LineOf(Unit, "map.png"), "is not in this curriculum's folder"),
        ["image that is none"] = (c => c.Write(Image, "<svg/>").Replace(Unit, "Most of us own", "![A map](../images/map.png)\n\nMost of us own"), Image, _ => 1, "this is not the kind of image that its name says"),
        ["image that nothing shows"] = (c => c.Write(Image, Png), Image, _ => 1, "no unit shows this image"),
        ["heading of the first level"] = (c => c.Replace(Unit, "## Ines, week by week", "# Ines, week by week"), Unit, c => c.LineOf(Unit, "# Ines, week"), "a heading of the first level is not taken"),
        ["heading that skips a level"] = (c => c.Replace(Unit, "## Ines, week by week", "### Ines, week by week"), Unit, c => c.LineOf(Unit, "# Ines, week"), "this heading skips a level"),
        ["plan without an end"] = (c => c.Replace("nudge-plans/light.yml", "    closes: 21\n", ""), "nudge-plans/light.yml", c => c.LineOf("nudge-plans/light.yml", "- step: 1"), "the last step needs 'closes'"),
        ["rubric that accepts by nothing"] = (c => c.Replace("rubrics/refl-1.yml", "  experience: 1", "  experiense: 1"), "rubrics/refl-1.yml", c => c.LineOf("rubrics/refl-1.yml", "experiense"), "'experiense' is no criterion of this rubric; expected is one of experience"),
    };

    public static TheoryData<string> BreakNames => [.. Breaks.Keys];

    [Theory]
    [MemberData(nameof(BreakNames))]
    public void Each_fault_is_named_by_file_and_line_and_nothing_else_is(string name)
    {
        using var copy = ContentCopy.OfTheCourse();
        var (make, file, line, message) = Breaks[name];
        make(copy);
        var faults = CurriculumParser.Read(ContentFiles.FromFolder(copy.Folder)).Faults;
        var wanted = faults.FirstOrDefault(f => f.File == file && f.Line == line(copy) && f.Message.Contains(message, StringComparison.Ordinal));
        Assert.True(wanted is not null, $"expected {file}:{line(copy)}: {message}, found:\n{string.Join('\n', faults)}");
        // Renaming a key makes one fault for the missing and one for the unknown; everything else breaks one thing alone.
        Assert.True(faults.Count == (name == "missing prompts" ? 2 : 1), string.Join('\n', faults));
    }

    [Fact]
    public async Task The_program_reports_all_faults_at_once_and_exits_with_1()
    {
        using var copy = ContentCopy.OfTheCourse();
        copy.Replace(Unit, "minutes: 35", "minutes: 900").Replace(Anchor, "rubric: refl-1", "rubric: refl-9").Write("notes.txt", "x");
        var (exitCode, output) = await BuiltProgram.Run("--check-content", copy.Folder);
        Assert.Equal(1, exitCode);
        Assert.Contains($"{Unit}:{copy.LineOf(Unit, "minutes: 900")}: 'minutes' must be a whole number from 5 to 240", output, StringComparison.Ordinal);
        Assert.Contains($"{Anchor}:{copy.LineOf(Anchor, "refl-9")}: unknown rubric 'refl-9'", output, StringComparison.Ordinal);
        Assert.Contains("notes.txt:1: this file has no place in content", output, StringComparison.Ordinal);
        Assert.Contains("3 faults found.", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_program_sums_up_sound_content_and_exits_with_0()
    {
        var (exitCode, output) = await BuiltProgram.Run("--check-content", ContentCopy.Original);
        Assert.True(exitCode == 0, output);
        Assert.Contains("8 modules, 30 units, 24 weeks", output, StringComparison.Ordinal);
        Assert.Contains("plans 8/14/8: 8 anchor, 14 standard, 8 light", output, StringComparison.Ordinal);
        Assert.Equal(30, output.Split('\n').Count(l => l.Contains("light     ", StringComparison.Ordinal) || l.Contains("standard  ", StringComparison.Ordinal) || l.Contains("anchor    ", StringComparison.Ordinal)));
        Assert.DoesNotContain(": note: ", output, StringComparison.Ordinal);
        Assert.EndsWith("No faults found.\n", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_short_unit_gets_a_note_and_passes()
    {
        using var copy = ContentCopy.OfTheCourse();
        var text = await File.ReadAllTextAsync(copy.PathOf(Unit), TestContext.Current.CancellationToken);
        copy.Write(Unit, text[..(text.IndexOf("\n---\n", StringComparison.Ordinal) + 5)] + "Seven words are all there is here.\n");
        var (exitCode, output) = await BuiltProgram.Run("--check-content", copy.Folder);
        Assert.Equal(0, exitCode);
        Assert.Contains($"{Unit}:1: note: 7 words; 600 to 1200 read best", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_that_is_not_there_is_said_in_one_sentence()
    {
        var (exitCode, output) = await BuiltProgram.Run("--check-content", "/nowhere/at/all");
        Assert.Equal(1, exitCode);
        Assert.Equal("--check-content names '/nowhere/at/all', which is no folder.\n", output);
    }

    [Fact]
    public void What_authors_and_their_tools_need_is_no_content()
    {
        using var copy = ContentCopy.OfTheCourse();
        var before = CurriculumParser.Read(ContentFiles.FromFolder(copy.Folder)).Sound().Single().Curriculum.ContentHash;
        copy.Write("README.md", "changed").Write("schema/x.json", "{}").Write(".DS_Store", "x").Write("__MACOSX/x", "x").Write("miiwrap-coaching-cohort/units/.1.1.swp", "x");
        Assert.Equal(before, CurriculumParser.Read(ContentFiles.FromFolder(copy.Folder)).Sound().Single().Curriculum.ContentHash);
    }

    [Fact]
    public void A_broken_rubric_is_told_once_and_not_again_by_each_unit_that_uses_it()
    {
        using var copy = ContentCopy.OfTheCourse();
        copy.Replace("rubrics/refl-1.yml", "slug: refl-1", "slug: \"refl-1");
        Assert.Equal("rubrics/refl-1.yml", Assert.Single(CurriculumParser.Read(ContentFiles.FromFolder(copy.Folder)).Faults).File);
    }
}
