using System.Net;
using System.Net.Http.Headers;

namespace MiiWrap.Learning.Benchmarks;

/// <summary>One route, asked of the product and of the bare server in the same way.</summary>
/// <param name="LeastRatio">The bound that a run holds it to, if there is one.</param>
internal sealed record Row(
    string Name, double? LeastRatio, HttpStatusCode Expected, Func<Scene, Requests> Product, Func<Scene, Requests> Bare)
{
    public static readonly IReadOnlyList<Row> All =
    [
        new("unit-read", 0.5, HttpStatusCode.OK,
            s => c => s.Get(c, $"/v1/enrolments/{World.Enrolment(Scene.Learner(c))}/units/{s.NextUnit(c)}"),
            s => c => s.BareGet($"/unit/{World.Enrolment(Scene.Learner(c))}/{s.NextUnit(c)}")),
        new("unit-not-modified", 0.6, HttpStatusCode.NotModified,
            s => c => s.Get(
                c, $"/v1/enrolments/{World.Enrolment(Scene.Learner(c))}/units/{s.World.Units[0]}", s.ProductTags[Scene.Learner(c)]),
            s => c => s.BareGet($"/unit/{World.Enrolment(Scene.Learner(c))}/{s.World.Units[0]}", s.BareTags[Scene.Learner(c)])),
        new("journey-read", null, HttpStatusCode.OK,
            s => c => s.Get(c, $"/v1/enrolments/{World.Enrolment(Scene.Learner(c))}"),
            s => c => s.BareGet($"/journey/{World.Enrolment(Scene.Learner(c))}")),
        new("sign-in-token-check", null, HttpStatusCode.OK,
            s => c => s.Get(c, "/v1/me/preferences"),
            s => c => s.BareGet($"/token/{World.Person(Scene.Learner(c))}/{s.Signatures[Scene.Learner(c)]}")),
        new("draft-save", 0.3, HttpStatusCode.OK,
            s => c => s
                .Save(s.Put(Scene.Learner(c), $"/v1/enrolments/{World.Enrolment(Scene.Learner(c))}/reflections/{s.World.Units[0]}/draft"),
                    Scene.Learner(c), s.ProductDrafts),
            s => c => s.Save(s.BarePut($"/draft/{World.Reflection(Scene.Learner(c))}"), Scene.Learner(c), s.BareDrafts)),
        new("unit-complete", 0.15, HttpStatusCode.OK,
            s => c => s.ProductCompletions.Next(c) is var (learner, enrolment, unit)
                ? s.Post(learner, $"/v1/enrolments/{enrolment}/units/{unit}/complete", World.Completion()) : null,
            s => c => s.BareCompletions.Next(c) is var (_, enrolment, unit)
                ? s.BarePost($"/complete/{enrolment}/{unit}", World.Completion()) : null) { IsOfCompleters = true },
        new("reflection-submit", null, HttpStatusCode.Created,
            s => _ => s.ProductReady.Next() is var (learner, enrolment, number)
                ? s.Post(learner, $"/v1/enrolments/{enrolment}/reflections/{s.World.Units[0]}/submissions", World.Submission(number))
                : null,
            s => _ => s.BareReady.Next() is var (_, _, number)
                ? s.BarePost($"/submit/{World.ReadyDraft(number)}", World.Submission(number))
                : null) { UsesUp = true },
        new("review-publish", null, HttpStatusCode.OK,
            s => _ => s.ProductReady.Next() is var (_, _, number)
                ? s.Post(Scene.Instructor, $"/v1/reviews/{World.ReadyRevision(number)}/publish", null) : null,
            s => _ => s.BareReady.Next() is var (_, _, number)
                ? s.BarePost($"/publish/{World.ReadyRevision(number)}/{s.World.Instructor}", null) : null) { UsesUp = true },
        new("cohort-transfer", null, HttpStatusCode.OK,
            s => _ => s.GetAsInstructor($"/v1/cohorts/{World.GrowthCohort(World.TransferLearners)}/transfer"),
            s => _ => s.BareGet($"/transfer/{World.GrowthCohort(World.TransferLearners)}")) { Share = 1 },
    ];

    /// <summary>How often it comes in a mix: who looks at a whole cohort is rare beside those who learn in it.</summary>
    public int Share { get; init; } = 10;

    /// <summary>It is asked by those who complete units, and by nobody else.</summary>
    public bool IsOfCompleters { get; init; }

    /// <summary>
    /// Each request uses something up that was made before, and that <see cref="Scene.Renew"/> gives back before each round.
    /// </summary>
    public bool UsesUp { get; init; }
}

/// <summary>Both servers with what their requests need.</summary>
internal sealed class Scene(World world, Server product, Server bare)
{
    /// <summary>In the place of a learner: the one who reviews.</summary>
    public const int Instructor = World.Learners + World.Completers;

    private readonly int[] turns = new int[World.Learners];
    private readonly string[] tokens = new string[Instructor + 1];

    public World World { get; } = world;

    public Server Product { get; set; } = product;

    public Server BareServer { get; } = bare;

    public Completions ProductCompletions { get; } = Completions.ForProduct(world);

    public Completions BareCompletions { get; } = Completions.ForBare(world);

    public ReadyReflections ProductReady { get; } = new();

    public ReadyReflections BareReady { get; } = new();

    /// <summary>How often each learner's draft has been saved: its next save must name the last.</summary>
    public int[] ProductDrafts { get; } = [.. Enumerable.Repeat(1, World.Learners)];

    public int[] BareDrafts { get; } = [.. Enumerable.Repeat(1, World.Learners)];

    public string[] ProductTags { get; private set; } = [];

    public string[] BareTags { get; private set; } = [];

    public string[] Signatures { get; private set; } = [];

    /// <summary>Tokens last a quarter of an hour, so each row begins with new ones.</summary>
    public async Task SignIn(bool completers = false)
    {
        (await World.SignIn(Product, completers ? Instructor : World.Learners)).CopyTo(tokens, 0);
        tokens[Instructor] = await World.SignInInstructor(Product);
    }

    /// <summary>Makes what a row uses up ready again, so that it lasts however long a run takes; outside of what is measured.</summary>
    public void Renew(Row row)
    {
        if (!row.UsesUp) return;
        World.Renew();
        ProductReady.Renew();
        BareReady.Renew();
    }

    public async Task Prepare()
    {
        await SignIn();
        ProductTags = await Task.WhenAll(Enumerable.Range(0, World.Learners)
            .Select(l => TagOf(Product, Get(l, $"/v1/enrolments/{World.Enrolment(l)}/units/{World.Units[0]}"))));
        BareTags = await Task.WhenAll(Enumerable.Range(0, World.Learners)
            .Select(l => TagOf(BareServer, BareGet($"/unit/{World.Enrolment(l)}/{World.Units[0]}"))));
        Signatures = World.SignaturesOf(World.Learners);
    }

    /// <summary>
    /// The bare server is a floor only while it does the same: every unit, a journey and a cohort's transfer must be the same bytes from
    /// both.
    /// </summary>
    public async Task CompareBytes()
    {
        foreach (var (product, bare) in World.Units
            .Select(u => ($"/v1/enrolments/{World.Enrolment(0)}/units/{u}", $"/unit/{World.Enrolment(0)}/{u}"))
            .Append(($"/v1/enrolments/{World.Enrolment(0)}", $"/journey/{World.Enrolment(0)}")))
        {
            var (ours, theirs) = (await BytesOf(Product, Get(0, product)), await BytesOf(BareServer, BareGet(bare)));
            MustBeTheSame(product, ours, theirs);
        }

        // The product says to the millisecond when it counted.
        var transfer = await BytesOf(Product, GetAsInstructor($"/v1/cohorts/{World.GrowthCohort(World.TransferLearners)}/transfer"));
        var counted = await BytesOf(BareServer, BareGet($"/transfer/{World.GrowthCohort(World.TransferLearners)}"));
        MustBeTheSame("A cohort's transfer", transfer.AsSpan(transfer.AsSpan().IndexOf("\"window\""u8)),
            counted.AsSpan(counted.AsSpan().IndexOf("\"window\""u8)));
    }

    private static void MustBeTheSame(string what, ReadOnlySpan<byte> ours, ReadOnlySpan<byte> theirs)
    {
        if (!ours.SequenceEqual(theirs))
            throw new InvalidOperationException(
                $"{what} differs from the bare server's answer from byte {ours.CommonPrefixLength(theirs)} on; mend Bare/Shapes.cs.");
    }

    public static int Learner(int connection) => connection % World.Learners;

    public string NextUnit(int connection) => World.Units[turns[connection]++ % World.Units.Count];

    public HttpRequestMessage Get(int connection, string path, string? knownTag = null) =>
        Request(HttpMethod.Get, Product, path, Learner(connection), knownTag);

    public HttpRequestMessage GetAsInstructor(string path) => Request(HttpMethod.Get, Product, path, Instructor, null);

    public HttpRequestMessage Post(int learner, string path, HttpContent? content)
    {
        var request = Request(HttpMethod.Post, Product, path, learner, null);
        request.Content = content;
        return request;
    }

    public HttpRequestMessage Put(int learner, string path) => Request(HttpMethod.Put, Product, path, learner, null);

    public HttpRequestMessage BarePut(string path) => Request(HttpMethod.Put, BareServer, path, null, null);

    public HttpRequestMessage Save(HttpRequestMessage request, int learner, int[] drafts)
    {
        request.Content = World.Draft();
        request.Headers.TryAddWithoutValidation("If-Match", $"\"{World.Reflection(learner):N}-{drafts[learner]++}\"");
        return request;
    }

    public HttpRequestMessage BareGet(string path, string? knownTag = null) => Request(HttpMethod.Get, BareServer, path, null, knownTag);

    public HttpRequestMessage BarePost(string path, HttpContent? content)
    {
        var request = Request(HttpMethod.Post, BareServer, path, null, null);
        request.Content = content;
        return request;
    }

    private HttpRequestMessage Request(HttpMethod method, Server server, string path, int? learner, string? knownTag)
    {
        var request = new HttpRequestMessage(method, new Uri(server.Address, path));
        if (learner is { } signedIn) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", tokens[signedIn]);
        if (knownTag is not null) request.Headers.TryAddWithoutValidation("If-None-Match", knownTag);
        return request;
    }

    private static async Task<string> TagOf(Server server, HttpRequestMessage request)
    {
        using var answer = await server.Client.SendAsync(request, CancellationToken.None);
        return answer.Headers.ETag?.ToString() ?? throw new InvalidOperationException(
            $"{request.RequestUri} has no ETag: {(int)answer.StatusCode}");
    }

    private static async Task<byte[]> BytesOf(Server server, HttpRequestMessage request)
    {
        using var answer = await server.Client.SendAsync(request, CancellationToken.None);
        return await answer.Content.ReadAsByteArrayAsync();
    }
}

/// <summary>Reflections of fresh enrolments, each handed in or published once until it is renewed.</summary>
internal sealed class ReadyReflections
{
    private int taken;

    public (int Learner, Guid Enrolment, int Number)? Next() =>
        Interlocked.Increment(ref taken) - 1 is var number and < World.Ready
        ? (number % World.Learners, World.FreshEnrolment(number % World.Learners, number / World.Learners), number) : null;

    public void Renew() => taken = 0;
}

/// <summary>Units that nobody has completed yet: each connection goes through a few of one enrolment, and then of the next.</summary>
internal sealed class Completions(World world, int unitsEach, int enrolments, Func<int, (int Learner, Guid Enrolment)> enrolment)
{
    private readonly ((int Learner, Guid Id) Enrolment, int Unit)[] current =
        [.. Enumerable.Repeat(((0, Guid.Empty), unitsEach), World.Learners)];
    private int taken;

    public static Completions ForProduct(World world) => new(
        world, 3, World.CompletersCohorts * World.Completers,
        n => (World.Learners + (n % World.Completers), World.CompleterEnrolment(n % World.Completers, n / World.Completers)));

    /// <summary>The bare server writes rows and plans nothing, so it may do a whole course at once.</summary>
    public static Completions ForBare(World world) => new(
        world, World.UnitsDone, World.FreshCohorts * World.Learners,
        n => (n % World.Learners, World.FreshEnrolment(n % World.Learners, n / World.Learners)));

    public (int Learner, Guid Enrolment, string Unit)? Next(int connection)
    {
        var (enrolled, unit) = current[connection];
        if (unit == unitsEach)
        {
            var number = Interlocked.Increment(ref taken) - 1;
            if (number >= enrolments) return null;
            (enrolled, unit) = (enrolment(number), 0);
        }

        current[connection] = (enrolled, unit + 1);
        return (enrolled.Learner, enrolled.Id, world.Units[unit]);
    }
}
