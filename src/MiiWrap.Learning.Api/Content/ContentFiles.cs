using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using MiiWrap.Learning.Domain.Common;

namespace MiiWrap.Learning.Api.Content;

/// <summary>Something wrong in authored content: where it is, what is wrong and what is expected.</summary>
/// <param name="File">The file of the bundle.</param>
/// <param name="Line">The line in it, from 1.</param>
/// <param name="Message">What is wrong there.</param>
public sealed record ContentFault(string File, int Line, string Message)
{
    public static IReadOnlyList<ContentFault> InOrder(IEnumerable<ContentFault> faults) =>
        [.. faults.Distinct().OrderBy(f => f.File, StringComparer.Ordinal).ThenBy(f => f.Line)];

    public override string ToString() => $"{File}:{Line}: {Message}";
}

/// <summary>Content that cannot be published; it carries every fault, not only the first.</summary>
public sealed class ContentException(IReadOnlyList<ContentFault> faults)
    : Exception(string.Join(Environment.NewLine, faults))
{
    public IReadOnlyList<ContentFault> Faults { get; } = faults;
}

/// <summary>
/// The source files of curricula, instruments and credentials by their path, with <c>/</c> between folders; from a folder, a zip archive
/// or one file, all bounded.
/// </summary>
public sealed class ContentFiles
{
    public const int MostFiles = 2000;
    public const int LargestText = 256 * 1024;
    public const int LargestImage = 2 * 1024 * 1024;
    public const int LargestSum = 64 * 1024 * 1024;

    private const int UnixLink = 0xA000;

    private readonly SortedDictionary<string, byte[]> files = new(StringComparer.Ordinal);
    private readonly List<ContentFault> faults = [];
    private long sum;

    private ContentFiles()
    {
    }

    public IReadOnlyCollection<string> Paths => files.Keys;

    /// <summary>What was refused while reading, such as a file that is too large; whoever publishes must look here too.</summary>
    public IReadOnlyList<ContentFault> Faults => faults;

    /// <summary>The folders that hold a curriculum; each is named as its curriculum's slug.</summary>
    public IEnumerable<string> Curricula =>
        files.Keys.Where(p => p.Split('/') is [_, ContentLayout.CurriculumFile]).Select(p => p.Split('/')[0]);

    public IEnumerable<string> Instruments => files.Keys.Where(ContentLayout.IsInstrument);

    public IEnumerable<string> Credentials => files.Keys.Where(ContentLayout.IsCredential);

    /// <summary>
    /// The SHA-256 of all paths and bytes, in lower-case hexadecimal: equal content has an equal hash, however it was packed.
    /// </summary>
    public string Hash
    {
        get
        {
            using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            Span<byte> length = stackalloc byte[8];
            foreach (var (path, bytes) in files)
            {
                foreach (var part in (ReadOnlySpan<byte[]>)[Encoding.UTF8.GetBytes(path), bytes])
                {
                    BinaryPrimitives.WriteInt64BigEndian(length, part.Length);
                    sha.AppendData(length);
                    sha.AppendData(part);
                }
            }

            return Convert.ToHexStringLower(sha.GetHashAndReset());
        }
    }

    public bool Has(string path) => files.ContainsKey(path);

    public byte[] Bytes(string path) => files[path];

    /// <summary>True when the file is there and is no further fault, or has a fault of its own already.</summary>
    public bool HasOrRefused(string path) => files.ContainsKey(path) || faults.Exists(f => f.File == path);

    /// <summary>The text of a file; null, with a fault, when it is not plain UTF-8.</summary>
    public string? Text(string path, List<ContentFault> found)
    {
        var bytes = files[path].AsSpan();
        var isTold = false;
        for (int at = 0, line = 1; at < bytes.Length;)
        {
            var sound = Rune.DecodeFromUtf8(bytes[at..], out var rune, out var length) == OperationStatus.Done;
            if (!sound || (Rune.IsControl(rune) && rune.Value is not ('\n' or '\r' or '\t')))
            {
                found.Add(new(path, line, "this is not plain UTF-8 text; save the file with the encoding UTF-8"));
                return null;
            }

            // Told, and read all the same: a version that has one was published when they were taken.
            if (!isTold && CodePoints.IsNoncharacter(rune))
            {
                found.Add(new(path, line, $"this line holds U+{rune.Value:X4}, which is no character; take it out"));
                isTold = true;
            }

            if (rune.Value == '\n') line++;
            at += length;
        }

        return Encoding.UTF8.GetString(bytes).TrimStart('\uFEFF').Replace("\r\n", "\n", StringComparison.Ordinal);
    }

    public ContentFiles Only(Func<string, bool> wanted)
    {
        var some = new ContentFiles();
        foreach (var (path, bytes) in files.Where(f => wanted(f.Key))) some.files.Add(path, bytes);
        return some;
    }

    public static ContentFiles FromFolder(string folder)
    {
        var content = new ContentFiles();
        content.AddFolder(new DirectoryInfo(folder), "");
        return content;
    }

    public static ContentFiles FromZip(Stream archive)
    {
        var content = new ContentFiles();
        try
        {
            using var zip = new ZipArchive(archive, ZipArchiveMode.Read, leaveOpen: true);
            if (zip.Entries.Count > MostFiles)
                content.faults
                    .Add(new("bundle.zip", 1, $"the archive has {zip.Entries.Count:N0} entries; at most {MostFiles:N0} are taken"));
            else foreach (var entry in zip.Entries.Where(e => !e.FullName.EndsWith('/'))) content.Add(entry);
        }
        catch (Exception e)
            when (e is InvalidDataException or NotSupportedException or IOException or ArgumentException or OverflowException)
        {
            content.faults.Add(new("bundle.zip", 1, "this is not a readable zip archive"));
        }

        return content;
    }

    /// <summary>One file that came by itself, bounded as in a folder.</summary>
    public static ContentFiles FromFile(string path, byte[] bytes)
    {
        var content = new ContentFiles();
        if (content.Accept(path, bytes.Length)) content.files.Add(path, bytes);
        return content;
    }

    public byte[] ToZip()
    {
        using var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (path, bytes) in files)
            {
                var entry = zip.CreateEntry(path, CompressionLevel.Optimal);
                // A fixed time: the same content packs to the same bytes.
                entry.LastWriteTime = new DateTimeOffset(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);
                using var to = entry.Open();
                to.Write(bytes);
            }
        }

        return stream.ToArray();
    }

    private void AddFolder(DirectoryInfo folder, string prefix)
    {
        foreach (var entry in folder.EnumerateFileSystemInfos().OrderBy(e => e.Name, StringComparer.Ordinal))
        {
            var path = prefix + entry.Name;
            var isFolder = entry is DirectoryInfo;
            if (ContentLayout.PlaceOf(isFolder ? path + "/" : path) == ContentPlace.Aside) continue;
            if (entry.LinkTarget is not null) faults.Add(new(path, 1, "this is a link to another place; put the file itself here"));
            else if (entry is DirectoryInfo inner) AddFolder(inner, path + "/");
            else AddFile((FileInfo)entry, path);
        }
    }

    private void AddFile(FileInfo file, string path)
    {
        try
        {
            if (Accept(path, file.Length)) files.Add(path, File.ReadAllBytes(file.FullName));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            faults.Add(new(path, 1, $"the file cannot be read: {e.Message}"));
        }
    }

    private void Add(ZipArchiveEntry entry)
    {
        if (((entry.ExternalAttributes >> 16) & 0xF000) == UnixLink)
        {
            faults.Add(new(entry.FullName, 1, "this is a link to another place; put the file itself here"));
            return;
        }

        if (!Accept(entry.FullName, entry.Length)) return;
        using var from = entry.Open();
        var bytes = new byte[entry.Length];
        // An entry may lie about its length: no more than it promised is ever read.
        var read = from.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        if (read != bytes.Length || from.ReadByte() >= 0) faults.Add(new(entry.FullName, 1, "the archive is damaged here; pack it again"));
        else files.Add(entry.FullName, bytes);
    }

    private bool Accept(string path, long length)
    {
        if (ContentLayout.Escapes(path)) return Refuse(path, "this path leaves the bundle or has a character that paths may not have");
        var place = ContentLayout.PlaceOf(path);
        if (place == ContentPlace.Aside) return false;
        if (place == ContentPlace.Nowhere) return Refuse(path, $"this file has no place in content; {ContentLayout.Expected}");
        var largest = place == ContentPlace.Text ? LargestText : LargestImage;
        if (length > largest) return Refuse(path, $"the file has {length:N0} bytes; at most {largest:N0} are taken");
        sum += length;
        if (sum > LargestSum || files.Count >= MostFiles)
            return Refuse(path, $"the content is too large: at most {MostFiles:N0} files and {LargestSum:N0} bytes in all are taken");
        return !files.ContainsKey(path) || Refuse(path, "the bundle has two files of this path");
    }

    private bool Refuse(string path, string why)
    {
        faults.Add(new(path, 1, why));
        return false;
    }
}
