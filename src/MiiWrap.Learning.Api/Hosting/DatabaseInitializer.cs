using MiiWrap.Learning.Api.Configuration;
using MiiWrap.Learning.Api.Content;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Features.Badges;
using MiiWrap.Learning.Api.Features.Demonstration;
using MiiWrap.Learning.Api.Features.Identity.FrontEnds;
using MiiWrap.Learning.Api.Jobs;
using MiiWrap.Learning.Api.Mail;

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
        await EncryptClearKeys(app, settings, db, ct);
        await scope.ServiceProvider.GetRequiredService<BadgeKeys>().CheckAtStart(mayDiffer: app.Environment.IsDevelopment(), ct);
        var key = Task.Run(() => MakeFirstKeys(app.Services, ct), ct);
        await scope.ServiceProvider.GetRequiredService<ContentImport>().PublishFolder(settings.ContentFolder, ct);
        if (app.Environment.IsDevelopment()) await scope.ServiceProvider.GetRequiredService<DemonstrationSeed>().SeedOnce(ct);
        await key;
    }

    public static async Task Migrate(WebApplication app, Settings settings)
    {
        MustBeWritable(settings);
        using var turn = await TurnAtTheFile(app, settings, CancellationToken.None);
        await using var scope = app.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<LearningDb>();
        await DatabaseSetup.Migrate(db, CancellationToken.None);
        await app.Services.PrepareJobs();
        await EncryptClearKeys(app, settings, db, CancellationToken.None);
        Console.WriteLine("The schema is up to date.");
    }

    private static async Task MakeFirstKeys(IServiceProvider services, CancellationToken ct)
    {
        services.MakeFirstKey();
        await using var scope = services.CreateAsyncScope();
        await services.GetRequiredService<AuthorizationKeys>().Renew(scope.ServiceProvider.GetRequiredService<LearningDb>(), ct);
    }

    private static async Task EncryptClearKeys(WebApplication app, Settings settings, LearningDb db, CancellationToken ct)
    {
        if (settings.Keys is not { Certificate: { } certificate, CertificateFile: { } file }) return;
        var way = Path.GetRelativePath(settings.DataFolder, file);
        var isBeside = !way.StartsWith("..", StringComparison.Ordinal) && !Path.IsPathRooted(way);
        if (settings.Provider == DatabaseProvider.Sqlite && isBeside)
            app.Logger.LogWarning(
                "Keys:Certificate lies in the folder of the database: whoever copies that folder has both; keep it in another");
        await KeyRingEncryption.EncryptClearKeys(db, certificate, app.Services.GetRequiredService<ILoggerFactory>(), app.Logger, ct);
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
                FilePermissions.CreateFolder(folder);
                var probe = Path.Combine(folder, $".probe-{Guid.NewGuid():N}");
                FilePermissions.Open(probe, FileMode.CreateNew, FileShare.None).Dispose();
                File.Delete(probe);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new SettingException($"{setting} names the folder '{folder}', which cannot be written: {e.Message}");
            }
        }

        CloseToOthers(settings);
    }

    /// <summary>
    /// Makes the database file for the program's user alone, before SQLite makes it for everybody, and closes what an earlier version has
    /// left open. Log and index of the file take its mode.
    /// </summary>
    private static void CloseToOthers(Settings settings)
    {
        var (mails, isPickup) = (settings.Mail.PickupFolder, settings.Mail.Mode == MailMode.Pickup);
        if (isPickup) FilePermissions.CloseFolder(mails, PickupMailer.IsOwn, groupReads: true);
        if (settings.Provider != DatabaseProvider.Sqlite) return;
        var database = Sqlite.FileOf(settings.ConnectionString);
        // Never one that is there: to close it would end the locks that another host of this process has on it.
        if (!File.Exists(database)) FilePermissions.Open(database, FileMode.OpenOrCreate, FileShare.ReadWrite).Dispose();
        var turn = DatabaseSetup.LockIn(settings.DataFolder);
        // What a restore has put aside has the database's name too.
        foreach (var file in Directory.GetFiles(settings.DataFolder, $"{Path.GetFileName(database)}*").Append(turn))
            FilePermissions.CloseFile(file);
        var hasMails = isPickup && Path.GetDirectoryName(mails) == settings.DataFolder;
        FilePermissions.CloseFolder(
            settings.DataFolder,
            path => path.StartsWith(database, StringComparison.Ordinal) || path == turn
                || (hasMails && path == mails),
            hasMails);
    }
}
