using System.IO.Compression;
using System.Text;

namespace MiiWrap.Learning.Tests.TestHost;

/// <summary>A copy of content that a test may break.</summary>
public sealed class ContentCopy : IDisposable
{
    public static string Original { get; } = Path.Combine(AppContext.BaseDirectory, "content");

    public string Folder { get; } = Directory.CreateTempSubdirectory("learning-content-").FullName;

    /// <summary>A copy of the course itself, without the one beside it.</summary>
    public static ContentCopy OfTheCourse()
    {
        var copy = Of(Original);
        Directory.Delete(copy.PathOf(Given.FacilitatorCourse), recursive: true);
        File.Delete(copy.PathOf("credentials/foundations-facilitator.yml"));
        return copy;
    }

    /// <summary>A copy of a course that stays as it is, whatever the authors of the other change: its first version.</summary>
    public static ContentCopy OfTheFirstVersion() => Of(Path.Combine(Repository.Folder, "tests/MiiWrap.Learning.Tests/Content/Course"));

    private static ContentCopy Of(string folder)
    {
        var copy = new ContentCopy();
        foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
            copy.Write(Path.GetRelativePath(folder, file), File.ReadAllBytes(file));
        return copy;
    }

    public string PathOf(string file) => Path.Combine(Folder, file);

    public ContentCopy Write(string file, string text) => Write(file, Encoding.UTF8.GetBytes(text));

    public ContentCopy Write(string file, byte[] bytes)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(file))!);
        File.WriteAllBytes(PathOf(file), bytes);
        return this;
    }

    public ContentCopy Replace(string file, string old, string with)
    {
        var text = File.ReadAllText(PathOf(file));
        var at = text.IndexOf(old, StringComparison.Ordinal);
        Assert.True(at >= 0, $"{file} has no '{old}'");
        return Write(file, text[..at] + with + text[(at + old.Length)..]);
    }

    /// <summary>The line, counted from 1, of the first that contains the words.</summary>
    public int LineOf(string file, string words) =>
        File.ReadAllLines(PathOf(file)).Index().First(l => l.Item.Contains(words, StringComparison.Ordinal)).Index + 1;

    public byte[] Zip()
    {
        using var stream = new MemoryStream();
        ZipFile.CreateFromDirectory(Folder, stream);
        return stream.ToArray();
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
