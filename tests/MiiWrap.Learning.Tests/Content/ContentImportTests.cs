using System.Security.Cryptography;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using MiiWrap.Learning.Api.Content;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Data.Entities;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Content;

/// <summary>What the program does with the content that lies beside it, each time it starts.</summary>
[StandingClock]
public sealed class ContentImportTests(LearningApp app) : IDisposable
{
    private readonly LogSink log = new();
    private readonly SecondNode node = new();
    private readonly string folder = Directory.CreateTempSubdirectory("learning-start-").FullName;

    private string Connection => $"Data Source={Path.Combine(folder, "learning.db")}";

    [Fact]
    public async Task A_start_with_unchanged_content_writes_nothing_to_the_database()
    {
        using var content = ContentCopy.OfTheCourse();
        await Start(content.Folder);
        var before = Database();
        await Start(content.Folder);
        Assert.Equal(before, Database());

        content.Write("README.md", "Another word to authors.")
            .Replace("miiwrap-coaching-cohort/curriculum.yml", "title: MiiWrap Coaching Cohort", "title: MiiWrap Coaching Cohort, revised");
        Assert.Equal(2, await Start(content.Folder));
        Assert.NotEqual(before, Database());
    }

    [Fact]
    public async Task What_was_published_since_is_not_undone_by_a_restart()
    {
        using var content = ContentCopy.OfTheCourse();
        using var revised = ContentCopy.OfTheCourse();
        revised.Replace("miiwrap-coaching-cohort/curriculum.yml", "title: MiiWrap Coaching Cohort", "title: MiiWrap, revised");
        Assert.Equal(1, await Start(content.Folder));
        Assert.Equal(2, await Start(content.Folder, program => Publish(program, revised)));
        log.Lines.Clear();

        Assert.Equal(2, await Start(content.Folder));
        Assert.Contains(log.Lines, l => l.StartsWith("Warning Content:Folder holds version 1 of miiwrap-coaching-cohort, and version 2 was",
            StringComparison.Ordinal));

        // Content that no version ever had is a newer one, of an upgrade for example.
        content.Replace("miiwrap-coaching-cohort/curriculum.yml", "title: MiiWrap Coaching Cohort", "title: MiiWrap, upgraded");
        Assert.Equal(3, await Start(content.Folder));
        Assert.Contains(log.Lines, l => l.Contains("it is version 3 now", StringComparison.Ordinal));
        Assert.Equal(3, await Start(content.Folder));
    }

    [SqliteFact]
    public async Task A_start_beside_one_of_another_node_undoes_nothing_that_was_published_between_them()
    {
        using var content = ContentCopy.OfTheCourse();
        await Start(content.Folder);
        content.Replace("miiwrap-coaching-cohort/curriculum.yml", "title: MiiWrap Coaching Cohort", "title: MiiWrap, upgraded");
        var upgrade = Assert.Single(CurriculumParser.Read(ContentFiles.FromFolder(content.Folder)).Sound().Curricula).Curriculum;
        // The other node has published the same upgrade, and an author what follows it.
        var values = string.Join(", ", new[] { (2, upgrade.ContentHash), (3, "of-an-author") }.Select(v =>
            $"('{Guid.NewGuid().ToString().ToUpperInvariant()}', '{upgrade.Slug}', {v.Item1}, 'T', '{v.Item2}', '2027-03-01 00:00:00', X'00')"));
        node.Commits($"INSERT INTO Curricula (Id, Slug, Number, Title, ContentHash, PublishedAt, Bundle) VALUES {values}",
            "INSERT INTO \"Curricula\"", anywhere: true);

        Assert.Equal(3, await Start(content.Folder));

        Assert.Contains(log.Lines, l => l.StartsWith("Warning Content:Folder holds version 2 of miiwrap-coaching-cohort, and version 3 was",
            StringComparison.Ordinal));
    }

    [SqliteFact]
    public async Task An_instrument_of_the_folder_is_published_at_the_start_and_what_supersedes_it_stays()
    {
        using var content = ContentCopy.OfTheCourse();
        content.Write("instruments/small.yml", SmallForm.Of("small"));
        await Start(content.Folder);
        Assert.Equal("1", await Versions());
        // All else is known by its hash by now, and a changed instrument alone must still be seen.
        content.Replace("instruments/small.yml", "Asks first", "Asks before telling");
        await Start(content.Folder);
        Assert.Equal("1 2", await Versions());
        content.Write("instruments/small.yml", SmallForm.Of("small"));
        await Start(content.Folder);
        Assert.Equal("1 2", await Versions());
        Assert.Contains(log.Lines, l => l.StartsWith("Warning Content:Folder holds version 1 of small, and version 2 was",
            StringComparison.Ordinal));
        content.Replace("instruments/small.yml", "values: [0, 1, 2]", "values: [0, 2, 1]");
        var faulty = await Assert.ThrowsAsync<ContentException>(() => Import(content));
        Assert.Equal("instruments/small.yml", Assert.Single(faulty.Faults).File);

        async Task<string> Versions()
        {
            List<int> versions = [];
            await Start(content.Folder, async program => versions = await program.GetRequiredService<LearningDb>().Instruments
                .Where(i => i.Slug == "small").Select(i => i.Number).Order().ToListAsync(TestContext.Current.CancellationToken));
            return string.Join(' ', versions);
        }
    }

    [Fact]
    public async Task Unchanged_content_is_known_by_its_hash_and_is_not_parsed()
    {
        using var content = ContentCopy.OfTheCourse();
        // A rubric that no unit uses is no part of the course: were anything parsed, this one would stop the import.
        content.Write("rubrics/unused.yml", "slug: [");
        await Import(content);
        content.Replace("rubrics/refl-lite.yml", "title: Short reflection", "title: A short reflection");
        var broken = await Assert.ThrowsAsync<ContentException>(() => Import(content));
        Assert.Equal("rubrics/unused.yml", Assert.Single(broken.Faults).File);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private Task<bool> Import(ContentCopy content) => app.InDb(async db =>
    {
        await new ContentImport(db, new(), new(), new(), new FlowingClock(), NullLogger<ContentImport>.Instance).PublishFolder(
            content.Folder, TestContext.Current.CancellationToken);
        return true;
    });

    /// <summary>Starts the program, stops it again, and gives the number of published versions.</summary>
    private async Task<int> Start(string content, Func<IServiceProvider, Task>? work = null)
    {
        await using var program = new WebApplicationFactory<Program>().WithWebHostBuilder(builder =>
        {
            builder.UseEnvironment("Testing");
            KeyFile.Use(builder);
            builder.UseSetting("ConnectionStrings:Learning", Connection);
            builder.UseSetting("Mail:PickupFolder", Path.Combine(folder, "mail"));
            builder.UseSetting("Content:Folder", content);
            builder.UseSetting("Jobs:Enabled", "false");
            builder.ConfigureTestServices(services =>
            {
                services.RemoveAll<TimeProvider>().AddSingleton<TimeProvider, FlowingClock>().AddSingleton<ILoggerProvider>(log);
                node.AddTo(services);
            });
        });
        try
        {
            await using var scope = program.Services.CreateAsyncScope();
            if (work is not null) await work(scope.ServiceProvider);
            return await scope.ServiceProvider.GetRequiredService<LearningDb>().Curricula.CountAsync(TestContext.Current.CancellationToken);
        }
        finally
        {
            using var connection = new SqliteConnection(Connection);
            SqliteConnection.ClearPool(connection);
        }
    }

    /// <summary>As the route does for the files that an author sends.</summary>
    private static async Task Publish(IServiceProvider program, ContentCopy content)
    {
        foreach (var parsed in CurriculumParser.Read(ContentFiles.FromFolder(content.Folder)).Sound().Curricula)
            await program.GetRequiredService<ContentImport>().Publish<PublishedCurriculum>(parsed, TestContext.Current.CancellationToken);
    }

    private string Database() =>
        string.Join(' ', Directory.GetFiles(folder, "learning.db*").Order(StringComparer.Ordinal)
            .Select(f => $"{Path.GetFileName(f)} {Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(f)))}"));
}
