using System.Buffers.Binary;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;

namespace MiiWrap.Learning.Api.Content;

/// <summary>Something wrong in authored content: where it is, what is wrong and what is expected.</summary>
public sealed record ContentFault(string File, int Line, string Message)
{
    public override string ToString() => $"{File}:{Line}: {Message}";
}

/// <summary>Content that cannot be published; it carries every fault, not only the first.</summary>
public sealed class ContentException(IReadOnlyList<ContentFault> faults)
    : Exception(string.Join(Environment.NewLine, faults))
{
    public IReadOnlyList<ContentFault> Faults { get; } = faults;
}

/// <summary>The source files of curricula by their path, with <c>/</c> between folders; from a folder or from a zip archive, both bounded.</summary>
public sealed class ContentFiles
{
    public const int MostFiles = 2000;
    public const int LargestFile = 2 * 1024 * 1024;
    public const int LargestSum = 64 * 1024 * 1024;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly SortedDictionary<string, byte[]> files = new(StringComparer.Ordinal);

    public IReadOnlyCollection<string> Paths => files.Keys;

    /// <summary>The SHA-256 of all paths and bytes, in lower-case hexadecimal: equal content has an equal hash, however it was packed.</summary>
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

    /// <summary>The text of a file; null, with a fault, when it is not UTF-8.</summary>
    public string? Text(string path, List<ContentFault> faults)
    {
        try
        {
            return StrictUtf8.GetString(files[path]).TrimStart('\uFEFF').ReplaceLineEndings("\n");
        }
        catch (DecoderFallbackException e)
        {
            var line = 1 + files[path].AsSpan(0, e.Index).Count((byte)'\n');
            faults.Add(new(path, line, "this is not UTF-8 text; save the file with the encoding UTF-8"));
            return null;
        }
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
        var faults = new List<ContentFault>();
        var root = new DirectoryInfo(folder);
        var options = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint | FileAttributes.Hidden };
        long sum = 0;
        foreach (var file in root.EnumerateFiles("*", options))
        {
            var path = Path.GetRelativePath(folder, file.FullName).Replace('\\', '/');
            if (content.Accept(path, file.Length, ref sum, faults)) content.files.Add(path, File.ReadAllBytes(file.FullName));
        }

        return faults.Count == 0 ? content : throw new ContentException(faults);
    }

    public static ContentFiles FromZip(Stream archive)
    {
        var content = new ContentFiles();
        var faults = new List<ContentFault>();
        long sum = 0;
        try
        {
            using var zip = new ZipArchive(archive, ZipArchiveMode.Read, leaveOpen: true);
            foreach (var entry in zip.Entries.Where(e => !e.FullName.EndsWith('/')))
            {
                if (!content.Accept(entry.FullName, entry.Length, ref sum, faults)) continue;
                using var from = entry.Open();
                var bytes = new byte[entry.Length];
                // An entry may lie about its length: no more than it promised is ever read.
                var read = from.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
                if (read != bytes.Length || from.ReadByte() >= 0) faults.Add(new(entry.FullName, 1, "the archive is damaged here; pack it again"));
                else content.files.Add(entry.FullName, bytes);
            }
        }
        catch (InvalidDataException)
        {
            faults.Add(new("bundle.zip", 1, "this is not a readable zip archive"));
        }

        return faults.Count == 0 ? content : throw new ContentException(faults);
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

    private bool Accept(string path, long length, ref long sum, List<ContentFault> faults)
    {
        sum += length;
        var parts = path.Split('/');
        if (path.Length > 200 || path.Contains('\\', StringComparison.Ordinal) || path.Contains(':', StringComparison.Ordinal)
            || parts.Any(p => p is "" or "." or ".." || p.Any(char.IsControl)))
        {
            faults.Add(new(path, 1, "this path leaves the bundle or has a character that paths may not have"));
            return false;
        }

        if (length > LargestFile)
        {
            faults.Add(new(path, 1, $"the file has {length:N0} bytes; at most {LargestFile:N0} are taken"));
            return false;
        }

        if (sum > LargestSum || files.Count >= MostFiles)
        {
            faults.Add(new(path, 1, $"the bundle is too large: at most {MostFiles:N0} files and {LargestSum:N0} bytes in all are taken"));
            return false;
        }

        if (!files.ContainsKey(path)) return true;
        faults.Add(new(path, 1, "the bundle has two files of this path"));
        return false;
    }
}
