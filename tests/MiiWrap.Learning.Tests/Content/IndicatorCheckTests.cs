using Microsoft.Extensions.Logging.Abstractions;
using MiiWrap.Learning.Api.Content;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Content;

/// <summary>An author of indicators is told what is wrong by its line, and takes nothing back by which months were recorded.</summary>
public sealed class IndicatorCheckTests(OwnDatabaseApp app) : IClassFixture<OwnDatabaseApp>
{
    private const string File = "indicators.yml";

    public static TheoryData<string, string, string> Breaks => new()
    {
        { "kind: rate", "kind: speed", "'kind' must be one of proportion, rate, mean, count" },
        { "code: turnover", "code: turn-over", "'turn-over' is no code" },
        { "code: turnover", "code: Turnover", "'Turnover' is no code" },
        { "better: down", "better: left", "'better' must be one of up, down" },
        { "least: 0", "least: 20", "'most' must not be under 'least'" },
        { "code: vacancy", "code: turnover", "'turnover' has version 1 above already; expected is a higher one" },
        { "title: Families", "title: Families\n    per: month", "unknown key 'per'" },
        { "title: Families", "heading: Families", "'title' is missing" },
        { "indicators:", "indicators: [unclosed", "this YAML cannot be read" },
    };

    [Theory]
    [MemberData(nameof(Breaks))]
    public void A_fault_is_told_with_its_line(string old, string with, string message)
    {
        using var copy = ContentCopy.OfTheCourse();
        copy.Replace(File, old, with);
        var fault = CurriculumParser.Read(ContentFiles.FromFolder(copy.Folder)).Faults
            .First(f => f.Message.Contains(message, StringComparison.Ordinal));
        Assert.Equal(File, fault.File);
        Assert.True(fault.Line > 1);
    }

    [Fact]
    public async Task What_was_published_stays_and_is_counted_otherwise_under_another_version_alone()
    {
        using var copy = ContentCopy.OfTheCourse();
        await Publish(copy);
        copy.Replace(File, "title: Families", "title: Families in the programme");
        await Publish(copy);
        Assert.Equal("Families in the programme", (await Newest()).Find("families", null)!.Title);

        copy.Replace(File, "    most: 12\n", "    most: 24\n");
        Assert.Contains("was published with another kind, direction or bound", await Refused(copy), StringComparison.Ordinal);
        copy.Replace(File, "    most: 24\n",
            "    most: 12\n  - code: turnover\n    version: 2\n    title: Left\n    definition: Who left.\n    kind: rate\n");
        await Publish(copy);
        Assert.Equal([1, 2], (await Newest()).All.Where(i => i.Code == "turnover").Select(i => i.Version));
        Assert.Equal(2, (await Newest()).Find("turnover", null)!.Version);
        copy.Replace(File, "code: vacancy", "code: vacantPosts");
        Assert.Contains("'vacancy' 1 was published and is missing", await Refused(copy), StringComparison.Ordinal);
    }

    private async Task<string> Refused(ContentCopy copy) => (await Assert.ThrowsAsync<ContentException>(() => Publish(copy))).Message;

    private Task<bool> Publish(ContentCopy copy) => app.InDb(async db =>
    {
        await new ContentImport(db, new(), new(), new(), new FlowingClock(), NullLogger<ContentImport>.Instance).PublishFolder(
            copy.Folder, TestContext.Current.CancellationToken);
        return true;
    });

    private Task<Domain.Implementation.IndicatorSet> Newest() =>
        app.InDb(db => new IndicatorLibrary().Newest(db, TestContext.Current.CancellationToken));
}
