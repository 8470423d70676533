using System.Runtime.Versioning;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Processes;

/// <summary>Other users of the machine can read neither the database nor a mail: both hold what lets somebody in.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class FilePermissionTests : IDisposable
{
    private const UnixFileMode OwnFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OwnFolder = OwnFile | UnixFileMode.UserExecute;
    private const UnixFileMode GroupReads = UnixFileMode.GroupRead | UnixFileMode.GroupExecute;
    private const UnixFileMode OthersRead = UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    private readonly Home home = new();

    private string Data => Path.GetDirectoryName(home.Database)!;

    [Fact]
    public async Task What_the_program_makes_is_its_own_user_s_alone()
    {
        await using var program = await WithMail();

        Assert.Equal(
            [
                ("data", OwnFolder), ("data/learning.db", OwnFile), ("data/learning.db-shm", OwnFile), ("data/learning.db-wal", OwnFile),
                ("data/setup.lock", OwnFile),
            ],
            Modes("data"));
        var mails = Modes("mail");
        Assert.Equal([("mail", OwnFolder), ("mail/.tmp", OwnFolder)], mails.Where(m => !m.Path.EndsWith(".eml", StringComparison.Ordinal)));
        Assert.True(mails.Count > 2);
        Assert.All(mails.Skip(2), mail => Assert.Equal(OwnFile, mail.Mode));
    }

    [Fact(Explicit = true)]
    public async Task A_database_that_an_earlier_version_or_a_restore_left_open_is_closed_at_the_start()
    {
        await using (var first = await RunningProgram.Start(home, ("Jobs__Enabled", "false")))
            await first.Kill();
        foreach (var file in Directory.GetFiles(Data))
            File.SetUnixFileMode(file, OwnFile | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        File.SetUnixFileMode(Data, OwnFolder | GroupReads | OthersRead);

        await using var again = await RunningProgram.Start(home, ("Jobs__Enabled", "false"));

        Assert.Equal(OwnFolder, File.GetUnixFileMode(Data));
        Assert.All(Directory.GetFiles(Data), file => Assert.Equal(OwnFile, File.GetUnixFileMode(file)));
    }

    [Fact(Explicit = true)]
    public async Task A_relay_whose_group_may_read_the_mail_folder_may_read_the_mails_and_others_may_not()
    {
        Directory.CreateDirectory(home.MailFolder);
        File.SetUnixFileMode(home.MailFolder, OwnFolder | GroupReads | OthersRead);

        await using var program = await WithMail();

        Assert.Equal(OwnFolder | GroupReads, File.GetUnixFileMode(home.MailFolder));
        Assert.Equal(OwnFolder, File.GetUnixFileMode(Path.Combine(home.MailFolder, ".tmp")));
        var mails = Directory.GetFiles(home.MailFolder, "*.eml");
        Assert.NotEmpty(mails);
        Assert.All(mails, mail => Assert.Equal(OwnFile | UnixFileMode.GroupRead, File.GetUnixFileMode(mail)));
    }

    [Fact(Explicit = true)]
    public async Task A_folder_that_holds_other_things_too_keeps_its_mode()
    {
        Directory.CreateDirectory(Data);
        await File.WriteAllTextAsync(Path.Combine(Data, "of-somebody-else.txt"), "x", TestContext.Current.CancellationToken);
        File.SetUnixFileMode(Data, OwnFolder | GroupReads | OthersRead);

        await using var program = await RunningProgram.Start(home, ("Jobs__Enabled", "false"));

        Assert.Equal(OwnFolder | GroupReads | OthersRead, File.GetUnixFileMode(Data));
        Assert.Equal(OwnFile, File.GetUnixFileMode(home.Database));
    }

    public void Dispose() => home.Dispose();

    /// <summary>Serves until the demonstration's first mail lies in the folder.</summary>
    private async Task<RunningProgram> WithMail()
    {
        var program = await RunningProgram.Start(home);
        using var anonymous = program.Anonymous();
        (await anonymous.Post("/v1/identity/password/forgot", new { email = "learner1@example.org" }))
            .Expect(System.Net.HttpStatusCode.Accepted);
        await Polling.Until(() => home.MailsTo("learner1@example.org").Count > 0);
        return program;
    }

    private List<(string Path, UnixFileMode Mode)> Modes(string folder) =>
        [.. Directory.EnumerateFileSystemEntries(Path.Combine(home.Folder, folder)).Prepend(Path.Combine(home.Folder, folder))
            .Order(StringComparer.Ordinal).Select(path => (Path.GetRelativePath(home.Folder, path), File.GetUnixFileMode(path)))];
}
