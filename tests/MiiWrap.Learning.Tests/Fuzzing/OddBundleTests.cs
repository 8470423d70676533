using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Text;
using MiiWrap.Learning.Api.Content;
using MiiWrap.Learning.Api.Hosting;
using MiiWrap.Learning.Tests.Conventions;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Fuzzing;

/// <summary>
/// Each kind of file of a bundle, broken at random: the check and the route end in faults with file and line, or take it, and never in
/// an exception. LEARNING_FUZZ says how many bundles, LEARNING_FUZZ_SEED which.
/// </summary>
[StandingClock]
public sealed class OddBundleTests(LearningApp app)
{
    // The route parses what the check has parsed already; each of these is stored, or is an answer of some kilobytes.
    private const int OneInSoManyIsPublished = 10;

    private static readonly string[] Odd =
    [
        // YAML
        "[", "{", "[unclosed", "{unclosed: ", "\"", "'", "|", ">", "&a ", "*a", "!!binary x", "!x", "? ", ": ", "- ", "---\n", "...\n",
        "%YAML 9.9\n", "%TAG ! x\n", "\"\\UFFFFFFFF\"", "\"\\uD800\"", "\"\\uFFFE\"", "\"\\x00\"", "\"\\", "\t", "#", "@", "`",
        "~", "null", "<<: *x", "{}", "[]", "1e999", "99999999999999999999", "-1", "0x7f", "true", "key: value\n", "? [a, b]\n: c\n",
        // Markdown
        "[a](", "![", "[^1]", "[^1]: x\n", "<b>", "<!--", "<a ", "&#xFFFE;", "&#0;", "* ", "**", "_", "> ", "    ", "```\n", "|", "|-",
        "| a | b |\n|---|---|\n", "# ", "## a\n", "===\n", "---", "[a]: x\n", "[a][a]", "\\", "<http://x", "](../materials/",
        "](../images/", "](waiting.md#", "{check}", "{ifThen}",
        // characters
        "\0", "\u0001", "\uFEFF", "\uFFFE", "\uFFFF", "\uFDD0", "\u202E", "\u2028", "\u0085", "\u00A0", "\u200B", "\r", "\n", "\r\n",
        "é", "e\u0301", "🦉",
    ];

    [Fact]
    public async Task Whatever_a_file_of_a_bundle_holds()
    {
        var (count, seed) = (Setting("LEARNING_FUZZ", 200) * 3, Setting("LEARNING_FUZZ_SEED", 1));
        var random = new Random(seed);
        var admin = await app.Admin();
        var slug = SecondCourse.NewSlug();
        var sound = FilesOf(slug);
        var kinds = sound.Keys.GroupBy(KindOf).ToDictionary(g => g.Key, g => g.ToArray());
        Assert.Equal(["curriculum", "images", "materials", "nudge-plans", "rubrics", "units"], kinds.Keys.Order(StringComparer.Ordinal));
        var (taken, published) = (0, 0);
        var wrong = new List<string>();
        for (var i = 0; i < count && wrong.Count < 20; i++)
        {
            var kind = kinds.ElementAt(i % kinds.Count);
            var files = new Dictionary<string, byte[]>(sound);
            var path = kind.Value[random.Next(kind.Value.Length)];
            files[path] = Broken(files, path, random);
            var zip = Packed(files, i % 13 == 0, random);
            var what = $"seed {seed}, bundle {i}, {path}";
            try
            {
                var faults = Check(zip);
                if (faults.Count == 0) taken++;
                wrong.AddRange(faults.Where(f => f.File.Length == 0 || f.Line < 1 || f.Message.Length == 0).Select(f => $"{what}: {f}"));
                if (random.Next(OneInSoManyIsPublished) != 0) continue;
                published++;
                var answer = await admin.Http.Post($"/v1/curricula/{slug}/versions", SecondCourse.Bundle(zip));
                var expected = faults.Count > 0 ? HttpStatusCode.UnprocessableEntity : HttpStatusCode.OK;
                if (answer.Status != expected && !(faults.Count == 0 && answer.Status == HttpStatusCode.Created))
                    wrong.Add($"{what}: the route answers {answer.Status} to {faults.Count} faults: {answer.Body}");
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                wrong.Add($"{what}: {e}");
            }
        }

        Console.WriteLine($"odd bundles: {count}, of which {taken} are sound and {published} went by the route, seed {seed}");
        Faults.None(wrong);
        Assert.InRange(taken, 1, count - (count / 4));
    }

    /// <summary>What the check tells, from the archive as the route gets it.</summary>
    private static IReadOnlyList<ContentFault> Check(byte[] zip)
    {
        using var archive = new MemoryStream(zip);
        var files = ContentFiles.FromZip(archive);
        using var output = new StringWriter(CultureInfo.InvariantCulture);
        var code = ContentCheck.Report(files, output);
        var faults = CurriculumParser.Read(files).Faults;
        Assert.Equal(faults.Count == 0 ? 0 : 1, code);
        return faults;
    }

    private static Dictionary<string, byte[]> FilesOf(string slug)
    {
        using var copy = SecondCourse.Of(slug);
        return Directory.EnumerateFiles(copy.Folder, "*", SearchOption.AllDirectories)
            .ToDictionary(f => Path.GetRelativePath(copy.Folder, f), File.ReadAllBytes, StringComparer.Ordinal);
    }

    private static string KindOf(string path) => path.Split('/') switch
    {
        [_, "curriculum.yml"] => "curriculum",
        [_, var folder, _] => folder,
        [var folder, _] => folder,
        _ => "none",
    };

    private static byte[] Broken(Dictionary<string, byte[]> files, string path, Random random)
    {
        var bytes = files[path];
        for (var changes = random.Next(1, 4); changes > 0; changes--)
        {
            if (random.Next(10) == 0 || KindOf(path) == "images") bytes = WithOddBytes(bytes, random);
            else bytes = Encoding.UTF8.GetBytes(Changed(Encoding.UTF8.GetString(bytes), files, random));
        }

        return bytes;
    }

    private static byte[] WithOddBytes(byte[] bytes, Random random)
    {
        var odd = (byte[])bytes.Clone();
        if (random.Next(3) == 0) return odd[..random.Next(odd.Length + 1)];
        for (var n = random.Next(1, 5); n > 0 && odd.Length > 0; n--) odd[random.Next(odd.Length)] = (byte)random.Next(256);
        return odd;
    }

    private static string Changed(string text, Dictionary<string, byte[]> files, Random random)
    {
        var at = random.Next(text.Length + 1);
        var (from, to) = (Math.Min(at, text.Length), Math.Min(text.Length, at + random.Next(1, 40)));
        switch (random.Next(8))
        {
            case 0:
                return text.Insert(at, Odd[random.Next(Odd.Length)]);
            case 1:
                // Much of the same: what costs more than it is long shows here.
                return text.Insert(at, string.Concat(Enumerable.Repeat(Odd[random.Next(Odd.Length)], random.Next(1, 5000))));
            case 2:
                return text.Insert(at, string.Concat(Enumerable.Range(0, random.Next(1, 200)).Select(_ => Odd[random.Next(Odd.Length)])));
            case 3:
                return text.Remove(from, to - from);
            case 4:
                return text[..at];
            case 5:
                // The value of a key becomes another one.
                var colons = Enumerable.Range(0, text.Length).Where(c => text[c] == ':').ToList();
                if (colons.Count == 0) return text + ":";
                var colon = colons[random.Next(colons.Count)] + 1;
                var end = text.IndexOf('\n', colon) is >= 0 and var line ? line : text.Length;
                return $"{text[..colon]} {Odd[random.Next(Odd.Length)]}{text[end..]}";
            case 6:
                var lines = text.Split('\n').ToList();
                lines.Insert(random.Next(lines.Count), lines[random.Next(lines.Count)]);
                return string.Join('\n', lines);
            default:
                return Encoding.UTF8.GetString(files.Values.ElementAt(random.Next(files.Count)));
        }
    }

    private static byte[] Packed(Dictionary<string, byte[]> files, bool isBroken, Random random)
    {
        using var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (path, bytes) in files)
            {
                using var entry = zip.CreateEntry(path).Open();
                entry.Write(bytes);
            }
        }

        return isBroken ? WithOddBytes(stream.ToArray(), random) : stream.ToArray();
    }

    private static int Setting(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var given) ? given : otherwise;
}
