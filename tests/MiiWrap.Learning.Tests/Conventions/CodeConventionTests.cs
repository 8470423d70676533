using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using FluentValidation;
using MediatR;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Conventions;

/// <summary>Habits that hold everywhere in the code.</summary>
public sealed partial class CodeConventionTests(LearningApp app)
{
    private const int LongestLine = 140;
    private const string RawQuotes = "\"\"\"";

    private static readonly Assembly Api = typeof(Program).Assembly;

    private static readonly Type[] All = [.. Api.GetTypes(), .. typeof(Entity).Assembly.GetTypes()];

    private static readonly Type[] Requests = [.. All.Where(t => t is { IsAbstract: false } && typeof(IBaseRequest).IsAssignableFrom(t))];

    [Fact]
    public void Every_body_has_a_validator()
    {
        var bodies = app.Services.GetRequiredService<EndpointDataSource>().Endpoints
            .SelectMany(e => e.Metadata.OfType<IAcceptsMetadata>()).Where(a => a.ContentTypes.Contains("application/json"))
            .Select(a => a.RequestType!).Where(t => t.GetProperties().Any(p => p.GetCustomAttribute<JsonIgnoreAttribute>() is null))
            .Distinct().ToList();
        Assert.True(bodies.Count >= 7, $"Only {bodies.Count} routes take a body: this looked at the wrong thing.");
        Faults.None(bodies.Where(t => app.Services.GetService(typeof(IValidator<>).MakeGenericType(t)) is null)
            .Select(t => $"{t.Name} has no validator."));
    }

    [Fact]
    public void Every_public_request_says_in_one_sentence_what_it_is_for()
    {
        var summaries = XDocument.Load(Path.Combine(AppContext.BaseDirectory, Api.GetName().Name + ".xml")).Descendants("member")
            .Where(m => m.Element("summary") is not null)
            .ToDictionary(m => (string)m.Attribute("name")!, m => m.Element("summary")!.Value.Trim());
        var requests = Requests.Where(t => t.IsPublic).ToList();
        Assert.True(requests.Count >= 20, $"Only {requests.Count} public requests: this looked at the wrong thing.");
        Faults.None(requests.Where(t => !summaries.GetValueOrDefault($"T:{t.FullName}", "").EndsWith('.'))
            .Select(t => $"{t.Name} has no sentence."));
    }

    [Fact]
    public void Lines_have_at_most_140_characters()
    {
        string[] notOurs = ["obj", "bin", "Migrations", "CompiledModel", "node_modules"];
        var files = new[] { "src", "tests" }
            .SelectMany(part => Directory.EnumerateFiles(Path.Combine(Repository.Folder, part), "*.cs", SearchOption.AllDirectories))
            .Where(f => !f.Split(Path.DirectorySeparatorChar).Intersect(notOurs).Any()).ToList();
        Assert.True(files.Count > 400, $"Only {files.Count} files were found.");
        Faults.None(files.SelectMany(LongLines));
    }

    [Fact]
    public void No_expression_takes_digits_that_no_number_is_read_from()
    {
        // The privacy check looks at a folded copy, in which the digits of all scripts are these.
        var files = Directory.EnumerateFiles(Path.Combine(Repository.Folder, "src"), "*.cs", SearchOption.AllDirectories)
            .Where(f => !f.Split(Path.DirectorySeparatorChar).Intersect(["obj", "Privacy"]).Any()).ToList();
        Assert.True(files.Count > 300, $"Only {files.Count} files were found.");
        Faults.None(files.SelectMany(f => File.ReadLines(f).Select((line, i) => (line, i))
            .Where(l => l.line.Contains(@"\d", StringComparison.Ordinal))
            .Select(l => $"{f}:{l.i + 1} has \\d, which takes digits of every script: say [0-9].")));
    }

    [Fact]
    public void Names_are_sorted_by_their_sort_key_alone()
    {
        // In memory by OrderByName and ThenByName, in a statement by the SortName that is kept beside the name.
        var files = new[] { "Access", "Contracts", "Features", "Mail" }
            .Select(folder => Path.Combine(Repository.Folder, "src", Api.GetName().Name!, folder))
            .SelectMany(folder => Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)).ToList();
        Assert.True(files.Count > 250, $"Only {files.Count} files were found.");
        Faults.None(files.SelectMany(f => File.ReadLines(f).Select((line, i) => (line, i)).Where(l => SortsByName.IsMatch(l.line))
            .Select(l => $"{f}:{l.i + 1} sorts names by what they are, and not by how readers look for them.")));
    }

    [GeneratedRegex(@"(?:OrderBy|ThenBy)(?:Descending)?\(\w+ => [\w.!?]*(?<!Sort)(?:Name|Title)[,)]", RegexOptions.None, 1000)]
    private static partial Regex SortsByName { get; }

    /// <summary>What stands in one text, such as a sentence, a pattern, markup or SQL, may be longer.</summary>
    private static IEnumerable<string> LongLines(string file)
    {
        var isWithinRawText = false;
        foreach (var (line, number) in File.ReadLines(file).Select((line, i) => (line, i + 1)))
        {
            var isText = isWithinRawText || line.Contains(RawQuotes, StringComparison.Ordinal)
                || line.Contains("$\"", StringComparison.Ordinal)
                || LongText().IsMatch(line.Replace("\\\"", "", StringComparison.Ordinal));
            if (line.Split(RawQuotes).Length % 2 == 0) isWithinRawText = !isWithinRawText;
            if (line.Length > LongestLine && !isText)
                yield return $"{Path.GetRelativePath(Repository.Folder, file)}:{number} has {line.Length} characters";
        }
    }

    [GeneratedRegex("\"[^\"]{40,}", RegexOptions.NonBacktracking)]
    private static partial Regex LongText();

    [Fact]
    public void No_name_is_an_empty_word()
    {
        var names = All.Where(t => t.GetCustomAttribute<CompilerGeneratedAttribute>() is null).Select(t => t.Name.Split('`')[0]).ToList();
        Assert.True(names.Count > 200, $"Only {names.Count} types: this looked at the wrong thing.");
        string[] empty = ["Manager", "Helper", "Service", "Dto", "Repository", "Utils", "Util"];
        Assert.DoesNotContain(names, n => EndsWithOne(n, empty));

        Assert.NotEmpty(Requests);
        Assert.DoesNotContain(Requests.Select(t => t.Name), n => EndsWithOne(n, "Command", "Query", "Request"));

        static bool EndsWithOne(string name, params IEnumerable<string> words) =>
            words.Any(w => name.EndsWith(w, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public void No_name_is_one_that_gave_way_to_the_fields_own_term()
    {
        string[] former =
        [
            "KnownPeople", "KnownPerson", "KnownClients", "KnownSubjects", "OpenedTokens", "Standings", "Standing",
            "ProgressSummaries", "CohortChanges", "OpenUnit", "OpenReview", "KeepingAgency", "InTurnAsync", "HurryAsync",
            "HoldAsync", "TakeTurnAsync", "ForgetOverwrittenAsync", "KeptConnection", "Borrower", "Lend", "Happened",
            "RetryLostRace", "PatientBodies", "Bodies", "TagByContent", "JsonBytes", "EnumTexts", "Choices", "PrivatePage",
            "MailPage", "OutsideProvider", "OutsideSignIn", "OutsideSignIns", "ShownTransfer", "TransferShownTo",
            "MailedToken", "ChosenPassword", "AtOnce", "WebhooksAtOnce", "IKeepsWords", "WordsToRemove", "Removals",
            "PromiseWhatIsAlwaysGiven", "PlaceEvents", "PlaceAt", "Position", "TellOthers", "Tell", "LearningEvent",
            "EventSignal", "TellNudgeSent", "TellOwner", "TellLeads", "OweFeedbackNotice", "CallTheCoach", "NoticeSilence",
            "FollowAnswer", "CountAccepted", "ShortenWaits", "ForgetExpired", "Upkeep", "Outbox", "Agenda", "Agendas",
            "Yield", "Place", "Importance", "Leave", "LeftAt", "Prolong", "Abandon", "TryLater", "Letter", "Edge",
            "EdgeSettings", "Serving", "Preparation", "Startup", "Windows", "ReachOf", "Receipt", "Composed", "PurgeWords",
            "KeepWordsFor", "ForgetPassword", "TakeToken", "EndClient", "EndCalendar", "AppointInAgency", "DismissFromAgency",
            "DenyWords", "Carry",
        ];
        // Here it is the absence.
        string[] allowed = ["Leave.Leave"];
        var own = All.Where(t => t.Namespace?.Contains(".Migrations", StringComparison.Ordinal) == false
            && t.GetCustomAttribute<CompilerGeneratedAttribute>() is null).ToList();
        var names = own.Select(t => (Of: t, Name: t.Name.Split('`')[0]))
            .Concat(own.SelectMany(t => t.GetMembers(Declared)
                .Where(m => m is not MethodInfo { IsVirtual: true } and not PropertyInfo { GetMethod.IsVirtual: true }
                    && m.GetCustomAttribute<CompilerGeneratedAttribute>() is null)
                .Select(m => (Of: t, m.Name)))).ToList();
        Assert.True(names.Count > 2000, $"Only {names.Count} names: this looked at the wrong thing.");
        Faults.None(names.Where(n => former.Contains(n.Name) && !allowed.Contains($"{n.Of.Name}.{n.Name}"))
            .Select(n => $"{n.Of.FullName}: {n.Name}").Distinct());
    }

    private const BindingFlags Declared =
        BindingFlags.DeclaredOnly | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static;
}
