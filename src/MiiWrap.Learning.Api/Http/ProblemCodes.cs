using System.Collections.Frozen;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace MiiWrap.Learning.Api.Http;

/// <summary>A code of problem documents: what it means, and what to do about it.</summary>
/// <param name="Statuses">The statuses with which it comes; nearly always one.</param>
/// <param name="Fields">What the problem has beyond the fields of every problem.</param>
internal sealed record ProblemCode(
    string Code, IReadOnlyList<int> Statuses, string Title, string Meaning, string WhatToDo, IReadOnlyList<ProblemField> Fields);

/// <summary>A field that some problems have.</summary>
internal sealed record ProblemField(string Name, string Meaning);

/// <summary>The registry of problem codes, read from <c>problem-codes.yml</c>.</summary>
internal static class ProblemCodes
{
    private static readonly Lazy<(IReadOnlyList<ProblemCode> Listed, FrozenDictionary<string, ProblemCode> ByCode)> Registry = new(() =>
    {
        var all = Read();
        return (all, all.ToFrozenDictionary(c => c.Code, StringComparer.Ordinal));
    });

    /// <summary>All of them, by area.</summary>
    public static IReadOnlyList<ProblemCode> All => Registry.Value.Listed;

    public static ProblemCode? Find(string code) => Registry.Value.ByCode.GetValueOrDefault(code);

    private static List<ProblemCode> Read()
    {
        using var text = new StreamReader(typeof(ProblemCodes).Assembly.GetManifestResourceStream("problem-codes.yml")!);
        var file = new DeserializerBuilder().WithNamingConvention(CamelCaseNamingConvention.Instance).Build().Deserialize<CodeFile>(text);
        return
        [
            .. file.Problems.Select(p => new ProblemCode(
                p.Key, StatusesOf(p.Value.Status), p.Value.Title, p.Value.Meaning, p.Value.WhatToDo,
                [.. p.Value.Fields.Select(name => new ProblemField(name, file.Fields[name]))])),
        ];
    }

    private static IReadOnlyList<int> StatusesOf(object status) =>
        status is IEnumerable<object> many ? [.. many.Select(Number)] : [Number(status)];

    private static int Number(object status) => Convert.ToInt32(status, System.Globalization.CultureInfo.InvariantCulture);

    private sealed class CodeFile
    {
        public Dictionary<string, string> Fields { get; init; } = [];

        public Dictionary<string, CodeEntry> Problems { get; init; } = [];
    }

    private sealed class CodeEntry
    {
        public object Status { get; init; } = 0;

        public string Title { get; init; } = "";

        public string Meaning { get; init; } = "";

        public string WhatToDo { get; init; } = "";

        public List<string> Fields { get; init; } = [];
    }
}
