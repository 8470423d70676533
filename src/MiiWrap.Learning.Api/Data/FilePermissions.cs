namespace MiiWrap.Learning.Api.Data;

/// <summary>
/// Modes of the files and folders that the program makes: they are for its own user alone. Windows has access-control lists that folders
/// hand down; there nothing is done.
/// </summary>
internal static class FilePermissions
{
    private const UnixFileMode OwnFolder = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode OwnFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Group = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute;
    private const UnixFileMode Others = UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    /// <summary>Makes a folder for the program's user alone; one that is there stays as it is.</summary>
    public static void CreateFolder(string folder)
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(folder);
        else Directory.CreateDirectory(folder, OwnFolder);
    }

    /// <summary>Opens or makes a file for the program's user alone.</summary>
    public static FileStream Open(string file, FileMode mode, FileShare share)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.ReadWrite, Share = share };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = OwnFile;
        return new(file, options);
    }

    /// <summary>Takes everybody else's rights from a file that an earlier version, or a restore, has left open to them.</summary>
    public static void CloseFile(string file)
    {
        if (!OperatingSystem.IsWindows() && File.Exists(file)) Reduce(file, ~(Group | Others));
    }

    /// <summary>
    /// Takes others' rights from a folder that holds nothing but the program's own files; one that is shared with other things is left
    /// alone.
    /// </summary>
    /// <param name="groupReads">The group keeps its rights: a mail relay reads there.</param>
    public static void CloseFolder(string folder, Func<string, bool> isOwn, bool groupReads)
    {
        if (OperatingSystem.IsWindows() || !Directory.EnumerateFileSystemEntries(folder).All(isOwn)) return;
        Reduce(folder, groupReads ? ~Others : ~(Group | Others));
    }

    /// <summary>Lets the folder's group read a file in it, where the group may read the folder.</summary>
    public static void ShareWithGroupOf(string folder, string file)
    {
        if (!OperatingSystem.IsWindows() && File.GetUnixFileMode(folder).HasFlag(UnixFileMode.GroupRead))
            File.SetUnixFileMode(file, OwnFile | UnixFileMode.GroupRead);
    }

    private static void Reduce(string path, UnixFileMode keep)
    {
        if (OperatingSystem.IsWindows()) return;
        var mode = File.GetUnixFileMode(path);
        if ((mode & keep) == mode) return;
        try
        {
            File.SetUnixFileMode(path, mode & keep);
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            // It belongs to somebody else, who has decided about it.
        }
    }
}
