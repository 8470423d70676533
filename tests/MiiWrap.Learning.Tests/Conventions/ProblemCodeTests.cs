using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using MiiWrap.Learning.Api.Http;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Conventions;

/// <summary>
/// One registry has every problem code: the source gives no other, none lies there unused, and each operation lists those that it gives.
/// </summary>
public sealed partial class ProblemCodeTests(LearningApp app)
{
    // What looks like a code and is a field, a file, a name of a host or a file of the database.
    private static readonly string[] NoCodes =
        ["bundle.zip", "curriculum.yml", "ifThen.action", "ifThen.cue", "index.html", "indicators.yml", "setup.lock", "terms.yml"];

    // Routing answers these, for no operation.
    private static readonly string[] OfNoOperation = ["method.notAllowed", "route.notFound", "sandbox.clock.backwards"];

    private static readonly HashSet<string> Registered = ProblemCodes.All.Select(c => c.Code).ToHashSet();

    [Fact]
    public void The_source_gives_no_code_outside_the_registry()
    {
        var given = InSource().ToList();
        Assert.True(given.Count > 100, $"Only {given.Count} codes were found.");
        Faults.None(given.Where(c => !Registered.Contains(c.Code)).Select(c => $"{c.Code} in {c.File} is not in problem-codes.yml."));
    }

    [Fact]
    public void The_registry_has_no_code_that_the_source_does_not_give()
    {
        var given = InSource().Select(c => c.Code).ToHashSet();
        Faults.None(Registered.Except(given).Select(code => $"{code} is in problem-codes.yml and nowhere given."));
    }

    [Fact]
    public void Every_entry_is_complete_and_in_the_same_form()
    {
        foreach (var code in ProblemCodes.All)
        {
            Assert.Matches(Form(), code.Code);
            Assert.All(code.Statuses, s => Assert.InRange(s, 400, 599));
            Assert.Matches("^[A-Z].*[^.]$", code.Title);
            Assert.Matches(@"^[A-Z].*\.$", code.Meaning);
            Assert.Matches(@"^[A-Z].*\.$", code.WhatToDo);
            Assert.All(code.Fields, f => Assert.Matches(@"^[A-Z].*\.$", f.Meaning));
            Assert.True(code.Statuses is not [422] || code.Fields.Any(f => f.Name == "errors"), $"{code.Code} is a 422 without errors.");
        }
    }

    [Fact]
    public async Task Every_operation_lists_codes_of_the_registry_with_statuses_that_it_declares()
    {
        var faults = new List<string>();
        var listed = new HashSet<string>();
        foreach (var operation in await Operations())
        {
            var id = (string)operation["operationId"]!;
            var statuses = operation["responses"]!.AsObject().Select(r => r.Key).ToHashSet();
            var codes = operation["x-problem-codes"]!.AsArray().Select(c => (string)c!).ToList();
            listed.UnionWith(codes);
            faults.AddRange(codes.Except(Registered).Select(code => $"{id} lists {code}, which is not in problem-codes.yml."));
            // A 500 is no part of any contract.
            faults.AddRange(codes.Select(ProblemCodes.Find)
                .Where(c => c is not null && !c.Statuses.Any(s => s == 500 || statuses.Contains($"{s}")))
                .Select(c => $"{id} lists {c!.Code} and does not declare {string.Join(" or ", c.Statuses)}."));
        }

        faults.AddRange(Registered.Except(listed).Except(OfNoOperation).Except([OperationRemovedException.Code])
            .Select(code => $"No operation lists {code}."));
        Faults.None(faults);
    }

    [Fact]
    public async Task What_an_operation_lists_is_what_its_route_declares()
    {
        var listed = (await Operations()).ToDictionary(
            o => (string)o["operationId"]!, o => o["x-problem-codes"]!.AsArray().Select(c => (string)c!).ToHashSet());
        foreach (var route in app.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>())
        {
            if (route.Metadata.GetMetadata<IEndpointNameMetadata>()?.EndpointName is { } name && listed.TryGetValue(name, out var codes))
                Assert.Equal(OperationProblems.Of(route).Order(StringComparer.Ordinal), codes.Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public void Reasons_are_in_the_form_of_codes()
    {
        // OAuth has names of its own (RFC 6749), and so has OpenID.
        var snakes = Directory.EnumerateFiles(Path.Combine(Repository.Folder, "src"), "*.cs", SearchOption.AllDirectories)
            .Where(f => !f.Contains("/obj/", StringComparison.Ordinal) && !f.Contains("/Migrations/", StringComparison.Ordinal)
                && !f.Contains("/Clients/", StringComparison.Ordinal) && !f.Contains("/FrontEnds/", StringComparison.Ordinal) && !f.Contains("/Configuration/", StringComparison.Ordinal)
                && !f.EndsWith("AuthorizationServerBounds.cs", StringComparison.Ordinal))
            .SelectMany(f => File.ReadLines(f).Where(line => !line.TrimStart().StartsWith("//", StringComparison.Ordinal))
                .SelectMany(line => Snake().Matches(line).Select(m => $"{m.Value} in {Path.GetFileName(f)}")));
        Faults.None(snakes);
    }

    /// <summary>Where a code stands in the source, other than where a route declares that it gives it.</summary>
    private static IEnumerable<(string Code, string File)> InSource()
    {
        foreach (var file in Directory.EnumerateFiles(Path.Combine(Repository.Folder, "src"), "*.cs", SearchOption.AllDirectories))
        {
            var name = Path.GetFileName(file);
            if (file.Contains("/obj/", StringComparison.Ordinal) || file.Contains("/Migrations/", StringComparison.Ordinal)
                // Metrics and spans have names in the same form.
                || file.Contains("/Telemetry/", StringComparison.Ordinal)
                || file.Contains("/CompiledModel/", StringComparison.Ordinal) || name is "EventTypes.cs" or "OperationProblems.cs"
                || name.EndsWith("Routes.cs", StringComparison.Ordinal)) continue;
            var text = File.ReadAllText(file);
            foreach (var found in Literal().Matches(text).Select(m => m.Groups["code"].Value))
                if (!NoCodes.Contains(found) && !IsHost(found)) yield return (found, name);
            foreach (var what in NotFound().Matches(text).Select(m => m.Groups["what"].Value)) yield return ($"{what}.notFound", name);
        }
    }

    private static bool IsHost(string name) => Hosts().IsMatch(name);

    private async Task<List<JsonNode>> Operations() =>
    [
        .. (await Session.Anonymous(app).Read("/openapi/v1.json")).Ok()["paths"]!.AsObject()
            .SelectMany(p => p.Value!.AsObject()).Where(o => o.Value is JsonObject { } json && json.ContainsKey("operationId"))
            .Select(o => o.Value!),
    ];

    [GeneratedRegex(@"^[a-z][a-zA-Z]*(\.[a-z][a-zA-Z]*)+$", RegexOptions.ExplicitCapture, -1)]
    private static partial Regex Form();

    [GeneratedRegex("""
        (?<![\w\\])"(?<code>[a-z][a-zA-Z]*(\.[a-z][a-zA-Z]*)+)"
        """, RegexOptions.ExplicitCapture, -1)]
    private static partial Regex Literal();

    [GeneratedRegex("""
        "[a-z]+(_[a-z]+)+"
        """, RegexOptions.ExplicitCapture, -1)]
    private static partial Regex Snake();

    [GeneratedRegex("""
        NotFoundException\("(?<what>[^"]+)"\)
        """, RegexOptions.ExplicitCapture, -1)]
    private static partial Regex NotFound();

    [GeneratedRegex(@"\.(org|com|gov|me)$", RegexOptions.ExplicitCapture, -1)]
    private static partial Regex Hosts();
}
