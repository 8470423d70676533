using MiiWrap.Learning.Api.Configuration;
using MiiWrap.Learning.Api.Content;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Features.Demonstration;
using MiiWrap.Learning.Api.Jobs;

namespace MiiWrap.Learning.Api.Hosting;

/// <summary>Applies migrations and seeds content; of several processes on one database, one does it and the others wait.</summary>
internal static class DatabaseInitializer
{
    public static async Task Prepare(WebApplication app, Settings settings)
    {
        // Before anything is made: a wrong setting leaves nothing behind.
        if (!Directory.Exists(settings.ContentFolder))
            throw new SettingException($"Content:Folder names '{settings.ContentFolder}', which is no folder.");
        MustBeWritable(settings);
        var ct = app.Lifetime.ApplicationStopping;
        using var turn = await TurnAtTheFile(app, settings, ct);
        await using var scope = app.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<LearningDb>();
        await DatabaseSetup.Migrate(db, ct);
        await app.Services.PrepareJobs();
        await using var turnAtTheServer = await db.AcquireMigrationLockAsync(ct);
        var key = Task.Run(app.Services.MakeFirstKey, ct);
        await scope.ServiceProvider.GetRequiredService<ContentImport>().PublishFolder(settings.ContentFolder, ct);
        if (app.Environment.IsDevelopment()) await scope.ServiceProvider.GetRequiredService<DemonstrationSeed>().SeedOnce(ct);
        await key;
    }

    public static async Task Migrate(WebApplication app, Settings settings)
    {
        MustBeWritable(settings);
        using var turn = await TurnAtTheFile(app, settings, CancellationToken.None);
        await using var scope = app.Services.CreateAsyncScope();
        await DatabaseSetup.Migrate(scope.ServiceProvider.GetRequiredService<LearningDb>(), CancellationToken.None);
        await app.Services.PrepareJobs();
        Console.WriteLine("The schema is up to date.");
    }

    private static async Task<IDisposable?> TurnAtTheFile(WebApplication app, Settings settings, CancellationToken ct) =>
        settings.Provider == DatabaseProvider.Sqlite
        ? await DatabaseSetup.TakeTurn(settings.DataFolder, MachineClock.Instance, app.Logger, ct) : null;

    /// <summary>Says at start, and not at the first mail, that a folder cannot be written.</summary>
    private static void MustBeWritable(Settings settings)
    {
        var folders = new List<(string Folder, string Setting)>();
        if (settings.Provider == DatabaseProvider.Sqlite) folders.Add((settings.DataFolder, "ConnectionStrings:Learning"));
        if (settings.Mail.Mode == MailMode.Pickup) folders.Add((settings.Mail.PickupFolder, "Mail:PickupFolder"));
        foreach (var (folder, setting) in folders)
        {
            try
            {
                Directory.CreateDirectory(folder);
                var probe = Path.Combine(folder, $".probe-{Guid.NewGuid():N}");
                File.WriteAllBytes(probe, []);
                File.Delete(probe);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new SettingException($"{setting} names the folder '{folder}', which cannot be written: {e.Message}");
            }
        }
    }
}
