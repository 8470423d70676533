using System.Diagnostics;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Data;

/// <summary>A backup of the database in use can be restored, row for row, and the program takes what comes out of it.</summary>
[StandingClock]
public sealed class BackupTests(LearningApp app)
{
    private static readonly string Scripts = Path.Combine(Repository.Folder, "deploy", "backup");

    [SqliteFact]
    public async Task A_backup_of_the_living_database_is_restored_whole_and_the_program_accepts_it()
    {
        Assert.SkipUnless(Programs.OnPath("sqlite3"), "sqlite3 is not installed: the proof of a restore was not run");
        await app.Learner();
        var (code, output) = await Run("sqlite-prove.sh", Database, typeof(Program).Assembly.Location);
        Assert.True(code == 0, output);
        Assert.Contains("The schema is up to date.", output, StringComparison.Ordinal);
        Assert.Matches(@"Restored [1-9]\d+ rows in \d+ tables, all sound", output);
    }

    [SqliteFact]
    public async Task A_backup_that_was_changed_is_not_restored()
    {
        Assert.SkipUnless(Programs.OnPath("sqlite3"), "sqlite3 is not installed: the proof of a restore was not run");
        var folder = Directory.CreateTempSubdirectory("learning-backup-").FullName;
        var backup = (await Run("sqlite-backup.sh", Database, folder)).Output.Trim();
        await using (var file = File.Open(backup, FileMode.Open))
        {
            file.Position = file.Length / 2;
            file.WriteByte((byte)(file.ReadByte() ^ 0xFF));
        }

        var target = Path.Combine(folder, "restored.db");
        Assert.NotEqual(0, (await Run("sqlite-restore.sh", backup, target)).Code);
        Assert.False(File.Exists(target));
        Directory.Delete(folder, recursive: true);
    }

    [SqliteFact]
    public async Task A_restore_keeps_the_owner_and_the_mode_of_the_file()
    {
        Assert.SkipUnless(Programs.OnPath("sqlite3"), "sqlite3 is not installed: the restore was not run");
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such modes");
        var folder = Directory.CreateTempSubdirectory("learning-backup-").FullName;
        var backup = (await Run("sqlite-backup.sh", Database, folder)).Output.Trim();
        var target = Path.Combine(folder, "data", "learning.db");
        var isRoot = Environment.UserName == "root";

        // Where nothing was, the folder's owner has it; where a file was, its owner and mode stay, also when root restores.
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        if (isRoot) await Call("chown", "1234:2345", Path.GetDirectoryName(target)!);
        Assert.Equal(0, (await Run("sqlite-restore.sh", backup, target)).Code);
        Assert.Equal(isRoot ? "1234:2345 600" : "600", await Call("stat", "-c", isRoot ? "%u:%g %a" : "%a", target));

        await Call("chmod", "640", target);
        if (isRoot) await Call("chown", "3456:4567", target);
        Assert.Equal(0, (await Run("sqlite-restore.sh", backup, target)).Code);
        Assert.Equal(isRoot ? "3456:4567 640" : "640", await Call("stat", "-c", isRoot ? "%u:%g %a" : "%a", target));
        Assert.Equal(["learning.db", "learning.db.before-restore"],
            Directory.GetFiles(Path.GetDirectoryName(target)!).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Directory.Delete(folder, recursive: true);
    }

    private string Database => Path.Combine(app.Folder, "learning.db");

    private static Task<(int Code, string Output)> Run(string script, params string[] arguments) =>
        Start("bash", [Path.Combine(Scripts, script), .. arguments]);

    private static async Task<string> Call(string program, params string[] arguments)
    {
        var (code, output) = await Start(program, arguments);
        Assert.True(code == 0, output);
        return output.Trim();
    }

    private static async Task<(int Code, string Output)> Start(string program, IEnumerable<string> arguments)
    {
        using var process = Process.Start(
            new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var ct = TestContext.Current.CancellationToken;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(ct), process.StandardError.ReadToEndAsync(ct));
        await process.WaitForExitAsync(ct);
        return (process.ExitCode, await output + await errors);
    }
}
