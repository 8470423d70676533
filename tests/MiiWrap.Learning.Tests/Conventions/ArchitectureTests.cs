using System.Reflection;
using ArchUnitNET.Fluent.Slices;
using ArchUnitNET.Loader;
using MediatR;
using MiiWrap.Learning.Domain.Common;
using Type = System.Type;

namespace MiiWrap.Learning.Tests.Conventions;

/// <summary>
/// Folders form layers: Program and Jobs know the features, features know what they share but not each other, and the domain knows nobody.
/// </summary>
public sealed class ArchitectureTests
{
    private const string Root = "MiiWrap.Learning.Api.";
    private const string Features = Root + "Features.";

    private static readonly Assembly Api = typeof(Program).Assembly;

    private static readonly Lazy<ArchUnitNET.Domain.Architecture> Architecture =
        new(() => new ArchLoader().LoadAssemblies(Api, typeof(Entity).Assembly).Build());

    // What each type uses of this program, read once.
    private static readonly Lazy<ILookup<string, (Type User, Type Used)>> Uses = new(() => Api.GetTypes()
        .SelectMany(user => CodeUse.Types(user).Where(used => used.Assembly == Api).Select(used => (User: user, Used: used)))
        .ToLookup(use => use.User.Namespace ?? ""));

    [Fact]
    public void The_domain_needs_nothing_but_the_framework()
    {
        var domain = typeof(Entity).Assembly;
        Assert.True(domain.GetTypes().Length > 50);
        var needs = domain.GetReferencedAssemblies().Select(a => a.Name!).ToList();
        Assert.NotEmpty(needs);
        Assert.All(needs, name => Assert.StartsWith("System.", name, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("MiiWrap.Learning.Domain")]
    [InlineData("MiiWrap.Learning.Api")]
    public void Folders_know_each_other_in_one_direction(string project)
    {
        var slices = new SliceAssignment(
            type => type.Namespace.FullName.StartsWith(project + ".", StringComparison.Ordinal)
                ? ArchUnitNET.Domain.SliceIdentifier.Of(type.Namespace.FullName[(project.Length + 1)..].Split('.')[0])
                : ArchUnitNET.Domain.SliceIdentifier.Ignore(),
            "folders");
        var folders = slices.Apply(Architecture.Value.Types).Select(s => s.Description).ToList();
        Assert.True(folders.Count > 8, $"Only {folders.Count} folders: {string.Join(", ", folders)}");
        var creator = new SliceRuleCreator();
        creator.SetSliceAssignment(slices);
        var cycles = new GivenSlices(creator).Should().BeFreeOfCycles();
        Faults.None(cycles.Evaluate(Architecture.Value).Where(r => !r.Passed).Select(r => r.Description));
    }

    [Theory]
    [InlineData("Configuration")]
    [InlineData("Data")]
    [InlineData("Requests")]
    [InlineData("Telemetry")]
    [InlineData("Access")]
    [InlineData("Contracts")]
    [InlineData("Content")]
    [InlineData("Mail")]
    [InlineData("Http")]
    public void What_features_share_knows_no_feature(string part)
    {
        var uses = UsesOf(Root + part);
        Assert.NotEmpty(uses);
        Faults.None(uses.Where(u => IsIn(u.Used, Features.TrimEnd('.')) || IsIn(u.Used, Root + "Jobs") || IsIn(u.Used, Root + "Hosting"))
            .Select(Words));
    }

    [Fact]
    public void No_feature_uses_a_type_of_another()
    {
        var features = Api.GetTypes().Select(FeatureOf).OfType<string>().ToHashSet();
        Assert.Superset(new HashSet<string> { "Cohorts", "Identity", "Enrolments", "Me", "Nudges", "Progress" }, features);
        // The demonstration makes data of every kind, so it may use them all; nobody may use it.
        var uses = features.Where(f => f != "Demonstration").SelectMany(f => UsesOf(Features + f)).ToList();
        Assert.Contains(uses, u => FeatureOf(u.Used) == FeatureOf(u.User));
        Faults.None(uses.Where(u => FeatureOf(u.Used) is { } other && other != FeatureOf(u.User)).Select(Words));
    }

    [Fact]
    public void Jobs_only_send_requests()
    {
        var used = UsesOf(Root + "Jobs").Where(u => FeatureOf(u.Used) is not null).ToList();
        var requests = used.Select(u => u.Used).Where(t => typeof(IBaseRequest).IsAssignableFrom(t)).ToHashSet();
        Assert.NotEmpty(requests);
        var answers = requests.SelectMany(r => r.GetInterfaces())
            .Where(i => i.IsConstructedGenericType && i.GetGenericTypeDefinition() == typeof(IRequest<>))
            .Select(i => i.GetGenericArguments()[0]);
        Faults.None(used.Where(u => !requests.Contains(u.Used) && !answers.Contains(u.Used)).Select(Words));
    }

    private static List<(Type User, Type Used)> UsesOf(string part) =>
        [.. Uses.Value.Where(g => g.Key == part || g.Key.StartsWith(part + ".", StringComparison.Ordinal)).SelectMany(g => g)];

    private static bool IsIn(Type type, string part) =>
        type.Namespace == part || type.Namespace?.StartsWith(part + ".", StringComparison.Ordinal) == true;

    private static string? FeatureOf(Type type) =>
        type.Namespace?.StartsWith(Features, StringComparison.Ordinal) == true ? type.Namespace[Features.Length..].Split('.')[0] : null;

    private static string Words((Type User, Type Used) use) => $"{use.User} uses {use.Used}";
}
