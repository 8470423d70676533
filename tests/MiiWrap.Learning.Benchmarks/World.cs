using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Identity;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using MiiWrap.Learning.Api.Data.Entities;
using MiiWrap.Learning.Api.Data.Sqlite;
using MiiWrap.Learning.Domain.Transfer;

namespace MiiWrap.Learning.Benchmarks;

/// <summary>
/// The people and cohorts that all measurements work on: a few are made through the API, as a programme would, and then multiplied. The
/// product and the bare server each get a copy of the same file.
/// </summary>
internal sealed class World
{
    public const string File = "learning.db";
    public const int Learners = 64;

    /// <summary>
    /// Cohorts in each of which every learner has an enrolment without any progress, so that units can be completed for a long while.
    /// </summary>
    public const int FreshCohorts = 200;

    /// <summary>Units that the learners of <see cref="Enrolment"/> have completed, and those of fresh enrolments complete.</summary>
    public const int UnitsDone = 20;

    /// <summary>
    /// Who completes units for the product: so many that nobody completes more than a few at once. Whoever did a course in a minute would
    /// have hundreds of asks on the same days, and planning around them is not what a completion costs.
    /// </summary>
    public const int Completers = 2_000;

    public const int CompletersCohorts = 8;

    /// <summary>
    /// Drafts to hand in, and claimed reviews to publish, each of a fresh enrolment: enough for one round, after which <see cref="Renew"/>
    /// makes them ready again.
    /// </summary>
    public const int Ready = 100 * Learners;

    /// <summary>The cohort whose transfer is asked for.</summary>
    public const int TransferLearners = 100;

    // Sweeps need none of the large cohorts.
    private const string BeforeGrowth = "before-growth.db";
    private const string Password = "learn-and-practise-1";
    private const string Course = "miiwrap-coaching-cohort";
    private const string Zone = "America/Chicago";
    private static readonly DateOnly StartsOn = new(2027, 1, 18);
    private readonly List<string> units = [];
    private readonly List<string> dueUnits = [];
    private readonly List<string> prompts = [];

    private World(string folder) => Folder = folder;

    public string Folder { get; }

    public IReadOnlyList<string> Units => units;

    /// <summary>Of the first unit drafts are handed in; of this one and the next, reviews are there.</summary>
    private string PublishedUnit => units[1];

    private string ReadyUnit => units[2];

    public Guid Cohort { get; private set; }

    public Guid Lead { get; } = Guid.CreateVersion7();

    public Guid Instructor { get; } = Guid.CreateVersion7();

    /// <summary>One who has completed <see cref="UnitsDone"/> units through the API.</summary>
    public Guid Template { get; } = Guid.CreateVersion7();

    public Guid TemplateEnrolment { get; private set; }

    private Guid Newcomer { get; } = Guid.CreateVersion7();

    private Guid NewcomerEnrolment { get; set; }

    public static Guid Person(int learner) => Copies.Id(0x0A, learner);

    public static Guid Enrolment(int learner) => Copies.Id(0x0B, learner);

    /// <summary>The learner's reflection on the first unit, of which a draft is saved.</summary>
    public static Guid Reflection(int learner) => Copies.Id(0x0E, learner);

    /// <summary>A draft of a fresh enrolment, ready to be handed in.</summary>
    public static Guid ReadyDraft(int number) => Copies.Id(0x0F, number);

    /// <summary>A revision of a fresh enrolment's reflection, of which the instructor has a complete review.</summary>
    public static Guid ReadyRevision(int number) => Copies.Id(0x11, number);

    public static Guid FreshEnrolment(int learner, int cohort) => Copies.Id(0x0D, (cohort * Learners) + learner);

    /// <summary>One without any progress, of person <see cref="Learners"/> + <paramref name="completer"/>.</summary>
    public static Guid CompleterEnrolment(int completer, int cohort) => Copies.Id(0x13, (cohort * Completers) + completer);

    public static Guid GrowthCohort(int size) => Copies.Id(0x1C, size);

    public string Of(string name) => Path.Combine(Folder, name);

    public static async Task<World> Make(string folder, int port, IEnumerable<int> cohortSizes)
    {
        var world = new World(folder);
        Directory.CreateDirectory(world.Of("product"));
        await using (var server = await Server.Product(world.Of("product"), port)) await world.MakeThroughTheApi(server);
        world.Multiply(cohortSizes.Append(TransferLearners).Distinct());
        SqliteConnection.ClearAllPools();
        Directory.CreateDirectory(world.Of("bare"));
        System.IO.File.Copy(world.Of($"product/{File}"), world.Of($"bare/{File}"), overwrite: true);
        return world;
    }

    /// <summary>
    /// A database with this many planned nudges, of which <paramref name="due"/> are due, each of another person. A person has two hundred
    /// planned at most, as many as a course makes: more nudges are those of more people.
    /// </summary>
    public string MakeSweep(int due, int planned)
    {
        var folder = Of($"sweep-{planned}");
        Directory.CreateDirectory(folder);
        var file = Path.Combine(folder, File);
        System.IO.File.Copy(Of(BeforeGrowth), file, overwrite: true);
        var people = Math.Max(due, planned / 200);
        foreach (var keys in Directory.GetDirectories(Of("product"), "keys")) CopyFolder(keys, Path.Combine(folder, "keys"));
        using var copies = new Copies(file);
        copies.Run("DELETE FROM Nudges WHERE EnrolmentId <> " + Copies.Text(TemplateEnrolment));
        CopyPeople(copies, 0x2A, people, 0);
        copies.Copy("Enrolments", $"Id = {Copies.Text(NewcomerEnrolment)}", people, ("Id", Copies.IdSql(0x2B, "i")),
            ("PersonId", Copies.IdSql(0x2A, "i")));
        copies.Copy(
            "TransferOpportunities", $"EnrolmentId = {Copies.Text(TemplateEnrolment)} AND Unit = '{units[0]}'", people,
            ("Id", Copies.IdSql(0x2D, "i")), ("EnrolmentId", Copies.IdSql(0x2B, "i")), ("PersonId", Copies.IdSql(0x2A, "i")));
        var now = Probe.Now.UtcDateTime;
        var (dueAt, later) = (Copies.Text(now.AddMinutes(-30)),
            $"datetime({Copies.Text(now)}, '+' || (1 + i % 90) || ' days', '+' || (i % 86400) || ' seconds') || '.000'");
        copies.Run("CREATE TABLE Template AS SELECT * FROM Nudges WHERE Kind = 'Check' AND Status = 'Planned' LIMIT 1");
        copies.Run("DELETE FROM Nudges");
        copies.Run("INSERT INTO Nudges SELECT * FROM Template");
        copies.CopyMany(
            "Nudges", "1", planned,
            ("Id", Copies.IdSql(0x2E, "i")), ("OpportunityId", Copies.IdSql(0x2D, $"i % {people}")),
            ("EnrolmentId", Copies.IdSql(0x2B, $"i % {people}")),
            ("PersonId", Copies.IdSql(0x2A, $"i % {people}")), ("Unit", $"'{units[0]}'"),
            ("Step", $"CASE WHEN i < {due} THEN t.Step ELSE 1000 + i / {people} END"),
            ("DueAt", $"CASE WHEN i < {due} THEN {dueAt} ELSE {later} END"), ("ExpiresAt", Copies.Text(now.AddDays(200))));
        copies.Run("DELETE FROM Nudges WHERE Id = (SELECT Id FROM Template)");
        copies.Run($"CREATE TABLE Due AS SELECT * FROM Nudges WHERE DueAt <= {Copies.Text(now)}");
        copies.Run("PRAGMA wal_checkpoint(TRUNCATE)");
        return folder;
    }

    /// <summary>Hands the bare server the product's answers, from which it makes its own.</summary>
    public async Task WriteSamples(Server product)
    {
        using var http = new HttpClient { BaseAddress = product.Address };
        http.DefaultRequestHeaders.Authorization = new("Bearer", await SignIn(product, "learner0@example.org"));
        foreach (var unit in units)
            await System.IO.File.WriteAllBytesAsync(
                Of($"bare/unit-{unit}.json"), await http.GetByteArrayAsync($"/v1/enrolments/{Enrolment(0)}/units/{unit}"));
        await System.IO.File.WriteAllBytesAsync(Of("bare/journey.json"), await http.GetByteArrayAsync($"/v1/enrolments/{Enrolment(0)}"));
        await System.IO.File.WriteAllBytesAsync(Of("bare/preferences.json"), await http.GetByteArrayAsync("/v1/me/preferences"));
        await System.IO.File.WriteAllTextAsync(Of("bare/template.txt"), $"{TemplateEnrolment}");
        await System.IO.File.WriteAllLinesAsync(Of("bare/due-units.txt"), dueUnits);
        http.DefaultRequestHeaders.Authorization = new("Bearer", await SignInInstructor(product));
        await System.IO.File.WriteAllBytesAsync(
            Of("bare/transfer.json"), await http.GetByteArrayAsync($"/v1/cohorts/{GrowthCohort(TransferLearners)}/transfer"));
    }

    /// <summary>What the bare server takes for a token: a signature over the person and their security stamp.</summary>
    public string[] SignaturesOf(int learners)
    {
        using var copies = new Copies(Of($"bare/{File}"));
        return [.. Enumerable.Range(0, learners)
            .Select(l => Bare.Store
                .Sign($"{Person(l)}", copies.Read($"SELECT SecurityStamp FROM People WHERE Id = {Copies.Text(Person(l))}")))];
    }

    public static async Task<string[]> SignIn(Server server, int people)
    {
        var tokens = new string[people];
        await Parallel.ForAsync(0, people, async (learner, _) => tokens[learner] = await SignIn(server, $"learner{learner}@example.org"));
        return tokens;
    }

    public static Task<string> SignInLead(Server server) => SignIn(server, "lead@example.org");

    public static Task<string> SignInInstructor(Server server) => SignIn(server, "instructor@example.org");

    /// <summary>Handed-in drafts are drafts again and published reviews claimed ones, in the files of both servers.</summary>
    public void Renew()
    {
        foreach (var name in (string[])["product", "bare"])
        {
            using var copies = new Copies(Of($"{name}/{File}"));
            copies.Run($"""
                DELETE FROM ReflectionRevisions WHERE ReflectionId BETWEEN {Copies.Text(ReadyDraft(0))} AND {Copies.Text(ReadyDraft(Ready))};
                UPDATE Reflections SET Status = 'Draft', LatestRevisionId = NULL, LatestNumber = 0, SubmittedAt = NULL, Rubric = '', Reviewers = 0
                WHERE Id BETWEEN {Copies.Text(ReadyDraft(0))} AND {Copies.Text(ReadyDraft(Ready))} AND Status <> 'Draft';
                UPDATE Reviews SET HandedInAt = NULL, PublishedAt = NULL, BlindScores = NULL, LeaseUntil = {Copies.Text(Probe.Now.UtcDateTime.AddDays(2))}
                WHERE RevisionId BETWEEN {Copies.Text(ReadyRevision(0))} AND {Copies.Text(ReadyRevision(Ready))} AND HandedInAt IS NOT NULL;
                UPDATE Reflections SET Status = 'InReview', ReviewsIn = 0, ClaimedUntil = {Copies.Text(Probe.Now.UtcDateTime.AddDays(2))}, FeedbackWaitingSince = NULL
                WHERE LatestRevisionId BETWEEN {Copies.Text(ReadyRevision(0))} AND {Copies.Text(ReadyRevision(Ready))} AND Status <> 'InReview';
                PRAGMA wal_checkpoint(TRUNCATE)
                """);
        }
    }

    private static async Task<string> SignIn(Server server, string email)
    {
        using var http = new HttpClient { BaseAddress = server.Address };
        using var answer = await http.PostAsJsonAsync("/v1/identity/login", new { email, password = Password });
        answer.EnsureSuccessStatusCode();
        return (string)(await answer.Content.ReadFromJsonAsync<JsonObject>())!["accessToken"]!;
    }

    private async Task MakeThroughTheApi(Server server)
    {
        await AddPeople(Of($"product/{File}"), (Guid.CreateVersion7(), "admin@example.org", true), (Lead, "lead@example.org", false),
            (Instructor, "instructor@example.org", false), (Template, "template@example.org", false),
            (Newcomer, "newcomer@example.org", false));
        using var admin = new HttpClient { BaseAddress = server.Address };
        admin.DefaultRequestHeaders.Authorization = new("Bearer", await SignIn(server, "admin@example.org"));
        var curriculum = await Json(admin.GetAsync($"/v1/curricula/{Course}"));
        units.AddRange(curriculum["modules"]!.AsArray().SelectMany(m => m!["units"]!.AsArray()).Select(u => (string)u!["slug"]!));
        var matured = DateOnly.FromDateTime(Probe.Now.UtcDateTime).AddDays(-TransferOpportunity.WindowDays - TransferOpportunity.GraceDays);
        dueUnits.AddRange(curriculum["modules"]!.AsArray()
            .Where(m => StartsOn.AddDays(7 * int.Parse(((string)m!["weeks"]!).Split('-')[^1])) <= matured)
            .SelectMany(m => m!["units"]!.AsArray()).Select(u => (string)u!["slug"]!));
        var cohort = await Json(admin.PostAsJsonAsync("/v1/cohorts", new
        {
            name = "Benchmark", curriculum = Course, startsOn = StartsOn, timeZone = Zone, gate = "open",
                instructors = new[] { Instructor }, leads = new[] { Lead },
        }));
        Cohort = (Guid)cohort["id"]!;
        var enrolled = await Json(admin.PostAsJsonAsync($"/v1/cohorts/{Cohort}/enrolments", new
        {
            learners = new[] { "template", "newcomer" }.Select(name => new { email = $"{name}@example.org", name, timeZone = Zone }),
        }));
        (TemplateEnrolment, NewcomerEnrolment) = ((Guid)enrolled["rows"]![0]!["enrolmentId"]!, (Guid)enrolled["rows"]![1]!["enrolmentId"]!);
        using var learner = new HttpClient { BaseAddress = server.Address };
        learner.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await SignIn(server, "template@example.org"));
        foreach (var unit in units.Take(UnitsDone))
            await Json(learner.PostAsync($"/v1/enrolments/{TemplateEnrolment}/units/{unit}/complete", Completion()));
        var reflection = $"/v1/enrolments/{TemplateEnrolment}/reflections/{units[0]}";
        prompts.AddRange((await Json(learner.GetAsync(reflection)))["assignment"]!["prompts"]!.AsArray().Select(p => (string)p!["slug"]!));
        await Json(Put(learner, $"{reflection}/draft", "If-None-Match", "*", Draft()));
        await MakeReviews(server, learner);
    }

    /// <summary>One reflection whose review is published, and one whose review is complete but not yet published.</summary>
    private async Task MakeReviews(Server server, HttpClient learner)
    {
        using var instructor = new HttpClient { BaseAddress = server.Address };
        instructor.DefaultRequestHeaders.Authorization = new("Bearer", await SignIn(server, "instructor@example.org"));
        foreach (var unit in (string[])[PublishedUnit, ReadyUnit])
        {
            var address = $"/v1/enrolments/{TemplateEnrolment}/reflections/{unit}";
            var asked = (await Json(learner.GetAsync(address)))["assignment"]!;
            var saved =
                await Json(Put(learner, $"{address}/draft", "If-None-Match", "*",
                    Draft(asked["prompts"]!.AsArray().Select(p => (string)p!["slug"]!))));
            var handedIn = await Json(learner.PostAsJsonAsync($"{address}/submissions", new { draftETag = (string)saved["etag"]! }));
            var review = $"/v1/reviews/{(Guid)handedIn["revisionId"]!}";
            var claim = await Json(instructor.PostAsync($"{review}/claim", null));
            await Json(Put(instructor, review, "If-Match", (string)claim["etag"]!, JsonContent.Create(new
            {
                scores = asked["rubric"]!["criteria"]!.AsArray().ToDictionary(c => (string)c!["slug"]!, _ => 3),
                affirmation = "You named the moment at which you stopped explaining.", question = "What did the room hear when you paused?",
                nextStep = "Try the pause once more.",
                decision = "accept",
            })));
            if (unit == PublishedUnit) await Json(instructor.PostAsync($"{review}/publish", null));
        }
    }

    private static Task<HttpResponseMessage> Put(HttpClient client, string path, string header, string tag, HttpContent content)
    {
        var request = new HttpRequestMessage(HttpMethod.Put, path) { Content = content };
        request.Headers.TryAddWithoutValidation(header, tag);
        return client.SendAsync(request);
    }

    /// <summary>About two hundred words for each prompt.</summary>
    public HttpContent Draft() => Draft(prompts);

    private static JsonContent Draft(IEnumerable<string> prompts) =>
        JsonContent
            .Create(new { answers = prompts
                .ToDictionary(p => p, p => string.Concat(Enumerable.Repeat("I asked first, and waited. ", 40))) });

    public static HttpContent Submission(int number) => JsonContent.Create(new { draftETag = $"\"{ReadyDraft(number):N}-1\"" });

    public static HttpContent Completion() =>
        JsonContent
            .Create(new { ifThen = new { cue = "I sit down with my coachee on Thursday", action = "I will ask for two ideas before I offer one",
                plannedFor = (string?)null } });

    private static async Task<JsonNode> Json(Task<HttpResponseMessage> call)
    {
        using var answer = await call;
        var body = await answer.Content.ReadAsStringAsync();
        return answer.IsSuccessStatusCode
            ? JsonNode.Parse(body)!
            : throw new InvalidOperationException($"{answer.RequestMessage!.RequestUri}: {(int)answer.StatusCode} {body}");
    }

    private static async Task AddPeople(string file, params (Guid Id, string Email, bool IsAdmin)[] people)
    {
        // Hashing is meant to be slow, and sign-in is not what is measured: one round instead of a hundred thousand.
        var hasher = new PasswordHasher<Person>(Options.Create(new PasswordHasherOptions { IterationCount = 1 }));
        await using var db = new SqliteLearningDb(new DbContextOptionsBuilder<SqliteLearningDb>().UseSqlite($"Data Source={file}").Options);
        foreach (var (id, email, isAdmin) in people)
        {
            var person = Api.Data.Entities.Person.Create(email, email.Split('@')[0], Zone, Probe.Now.UtcDateTime);
            person.Id = id;
            (person.NormalizedEmail, person.NormalizedUserName) = (email.ToUpperInvariant(), email.ToUpperInvariant());
            (person.SecurityStamp, person.IsProgramAdmin) = (Guid.NewGuid().ToString(), isAdmin);
            person.PasswordHash = hasher.HashPassword(person, Password);
            db.Add(person);
        }

        await db.SaveChangesAsync();
    }

    private void Multiply(IEnumerable<int> cohortSizes)
    {
        using var copies = new Copies(Of($"product/{File}"));
        var template = $"EnrolmentId = {Copies.Text(TemplateEnrolment)}";
        CopyPeople(copies, 0x0A, Learners + Completers, 0, "learner");
        copies.Copy("Enrolments", $"Id = {Copies.Text(TemplateEnrolment)}", Learners, ("Id", Copies.IdSql(0x0B, "i")),
            ("PersonId", Copies.IdSql(0x0A, "i")));
        copies.Copy("UnitProgress", template, Learners, ("EnrolmentId", Copies.IdSql(0x0B, "i")));
        copies.Copy("TransferOpportunities", template, Learners, ("Id", Derived("t.Id", "i")), ("EnrolmentId", Copies.IdSql(0x0B, "i")),
            ("PersonId", Copies.IdSql(0x0A, "i")));
        copies.Copy(
            "Nudges", template, Learners,
            ("Id", Derived("t.Id", "i")), ("OpportunityId", Derived("t.OpportunityId", "i")), ("EnrolmentId", Copies.IdSql(0x0B, "i")),
            ("PersonId", Copies.IdSql(0x0A, "i")));
        var drafted = $"{template} AND Assignment = '{units[0]}'";
        copies.Copy("Reflections", drafted, Learners, ("Id", Copies.IdSql(0x0E, "i")), ("EnrolmentId", Copies.IdSql(0x0B, "i")),
            ("PersonId", Copies.IdSql(0x0A, "i")));

        copies.Copy("Cohorts", $"Id = {Copies.Text(Cohort)}", FreshCohorts, ("Id", Copies.IdSql(0x0C, "i")), ("Name", "'Fresh ' || i"));
        copies.Copy(
            "Enrolments", $"Id = {Copies.Text(NewcomerEnrolment)}", FreshCohorts * Learners,
            ("Id", Copies.IdSql(0x0D, "i")), ("CohortId", Copies.IdSql(0x0C, $"i / {Learners}")),
            ("PersonId", Copies.IdSql(0x0A, $"i % {Learners}")));
        copies.Copy(
            "Enrolments", $"Id = {Copies.Text(NewcomerEnrolment)}", CompletersCohorts * Completers,
            ("Id", Copies.IdSql(0x13, "i")), ("CohortId", Copies.IdSql(0x0C, $"i / {Completers}")),
            ("PersonId", Copies.IdSql(0x0A, $"{Learners} + i % {Completers}")));
        copies.Run("PRAGMA wal_checkpoint(TRUNCATE)");
        System.IO.File.Copy(Of($"product/{File}"), Of(BeforeGrowth), overwrite: true);
        MakeReady(copies, drafted, $"{template} AND Assignment = '{ReadyUnit}'");

        foreach (var size in cohortSizes) MakeCohort(copies, size);
        copies.Run("PRAGMA wal_checkpoint(TRUNCATE)");
    }

    private void MakeReady(Copies copies, string drafted, string reviewed)
    {
        (string, string)[] owner =
        [
            ("EnrolmentId", Copies.IdSql(0x0D, "i")), ("CohortId", Copies.IdSql(0x0C, $"i / {Learners}")),
            ("PersonId", Copies.IdSql(0x0A, $"i % {Learners}")),
        ];
        copies.Copy("CohortMembers", $"CohortId = {Copies.Text(Cohort)} AND PersonId = {Copies.Text(Instructor)}", FreshCohorts,
            ("CohortId", Copies.IdSql(0x0C, "i")));
        copies.Copy("Reflections", drafted, Ready, [("Id", Copies.IdSql(0x0F, "i")), .. owner]);
        var reflection = $"ReflectionId = (SELECT Id FROM Reflections WHERE {reviewed})";
        copies.Copy("ReflectionRevisions", reflection, Ready, ("Id", Copies.IdSql(0x11, "i")), ("ReflectionId", Copies.IdSql(0x10, "i")));
        copies.Copy("Reviews", reflection, Ready, ("Id", Copies.IdSql(0x12, "i")), ("ReflectionId", Copies.IdSql(0x10, "i")),
            ("RevisionId", Copies.IdSql(0x11, "i")));
        copies.Copy(
            "Reflections", reviewed, Ready, [("Id", Copies.IdSql(0x10, "i")), ("LatestRevisionId", Copies.IdSql(0x11, "i")), .. owner]);
    }

    /// <summary>
    /// A cohort of this size in its ninth week: everyone has their own pace and <see cref="UnitsDone"/> opportunities, half of the
    /// learners' over.
    /// </summary>
    private void MakeCohort(Copies copies, int size)
    {
        // Numbers of one size never meet those of another.
        var number = $"({(long)size * 10_000_000} + i)";
        var now = Probe.Now.UtcDateTime;
        copies.Copy("Cohorts", $"Id = {Copies.Text(Cohort)}", 1, ("Id", Copies.Text(GrowthCohort(size))), ("Name", $"'Cohort of {size}'"));
        copies.Copy("CohortMembers", $"CohortId = {Copies.Text(Cohort)}", 1, ("CohortId", Copies.Text(GrowthCohort(size))));
        CopyPeople(copies, 0x1A, size, (long)size * 10_000_000, "member");
        copies.Copy(
            "Enrolments", $"Id = {Copies.Text(TemplateEnrolment)}", size,
            ("Id", Copies.IdSql(0x1B, number)), ("CohortId", Copies.Text(GrowthCohort(size))), ("PersonId", Copies.IdSql(0x1A, number)),
            ("EnrolledAt", Copies.Text(StartsOn.ToDateTime(new(15, 0)))),
            ("LearnerName", "'Learner ' || printf('%07d', (i * 7919) % 1000003)"), ("UnitsCompleted", $"i % {UnitsDone + 1}"),
            ("LastActivityAt", $"datetime({Copies.Text(now)}, '-' || (i % 40) || ' days') || '.000'"));
        copies.Copy(
            "TransferOpportunities", $"EnrolmentId = {Copies.Text(TemplateEnrolment)}", size,
            ("Id", Derived("t.Id", number)), ("EnrolmentId", Copies.IdSql(0x1B, number)), ("PersonId", Copies.IdSql(0x1A, number)),
            ("CohortId", Copies.Text(GrowthCohort(size))),
            ("StartsAt", Ago(0)), ("WindowEndsAt", Ago(TransferOpportunity.WindowDays)),
            ("MaturesAt", Ago(TransferOpportunity.WindowDays + TransferOpportunity.GraceDays)),
            ("Transferred30", "i % 4 = 0"),
            ("Best30", "CASE WHEN i % 4 = 0 THEN 'Applied' WHEN i % 8 = 2 THEN 'Partly' WHEN i % 16 = 6 THEN 'NotYet' END"),
            ("Answered30", "i % 16 <> 14"),
            ("NoOpportunity30", "i % 16 = 6"), ("DaysToFirst30", "CASE WHEN i % 4 = 0 THEN 1 + i % 29 END"), ("Observed30", "i % 3 = 0"),
            ("Verified30", "i % 12 = 0"));

        string Ago(int later) =>
            $"datetime({Copies.Text(now)}, ({later} - CASE WHEN i % 2 = 0 THEN 40 ELSE 0 END - i % 15) || ' days') || '.000'";
    }

    private void CopyPeople(Copies copies, byte kind, int count, long from, string name = "person") => copies.Copy(
        "People", $"Id = {Copies.Text(Newcomer)}", count,
        ("Id", Copies.IdSql(kind, $"{from} + i")), ("Email", $"'{name}' || ({from} + i) || '@example.org'"),
        ("UserName", $"'{name}' || ({from} + i) || '@example.org'"),
        ("NormalizedEmail", $"upper('{name}' || ({from} + i) || '@example.org')"),
        ("NormalizedUserName", $"upper('{name}' || ({from} + i) || '@example.org')"));

    /// <summary>An id of its own for each copy of one of several rows.</summary>
    private static string Derived(string id, string number) => $"(substr({id}, 1, 24) || printf('%012X', {number}))";

    private static void CopyFolder(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.GetFiles(from)) System.IO.File.Copy(file, Path.Combine(to, Path.GetFileName(file)), overwrite: true);
    }
}
