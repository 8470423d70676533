using System.Net;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Features.Fidelity;
using MiiWrap.Learning.Api.Features.Mails;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Features.Fidelity;

/// <summary>
/// Two people rate the same event, and nobody sees what either rated before both are in, or have waited thirty days. A host of its own: a
/// release takes the pairs of whoever waits.
/// </summary>
[StandingClock]
public sealed class BlindPairTests(OwnDatabaseApp app) : IClassFixture<OwnDatabaseApp>
{
    private const string Reviews = FidelitySteps.Reviews;

    private static readonly TimeSpan Wait = TimeSpan.FromDays(30);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Neither_half_is_seen_before_both_are_in_and_then_both_are()
    {
        var cohort = await app.Cohort();
        var (learner, admin) = (await app.Learner(cohort), await app.Admin());
        var (first, second) = (cohort.Instructor, cohort.Lead);
        var pair = await first.BeginPair(second, learner.Id);
        (await first.Http.Put(pair.First, FidelitySteps.Rated(3), ("If-Match", "*"))).Ok();
        var waiting = (await first.Http.Post($"{pair.First}/submit")).Ok();
        Assert.Equal(("submitted", "open"), ((string)waiting["status"]!, (string)waiting["pair"]!["state"]!));
        (await first.Http.Put(pair.First, FidelitySteps.Rated(2), ("If-Match", "*"))).Expect(HttpStatusCode.Conflict, "fidelity.locked");
        (await first.Http.Post($"{pair.First}/amend", new { reason = "Two items were swapped." }))
            .Expect(HttpStatusCode.Conflict, "fidelity.state");
        foreach (var reader in new[] { second.Http, learner.Http, admin.Http })
        {
            (await reader.Read(pair.First)).Expect(HttpStatusCode.NotFound, "fidelity.notFound");
            (await reader.Head(pair.First)).Expect(HttpStatusCode.NotFound);
            (await reader.Post($"{pair.First}/void", new { reason = "It should not be there." })).Expect(HttpStatusCode.NotFound);
            Assert.DoesNotContain(Id(pair.First), (await reader.Read(Reviews)).Ok().Body, StringComparison.Ordinal);
        }

        (await first.Http.Read(pair.Second)).Expect(HttpStatusCode.NotFound, "fidelity.notFound");
        (await first.Http.Post($"{pair.Second}/submit")).Expect(HttpStatusCode.NotFound);
        (await second.Http.Put(pair.Second, FidelitySteps.Rated(2), ("If-Match", "*"))).Ok();
        var locked = (await second.Http.Post($"{pair.Second}/submit")).Ok();
        Assert.Equal(("locked", "locked"), ((string)locked["status"]!, (string)locked["pair"]!["state"]!));
        foreach (var reader in new[] { first.Http, second.Http, learner.Http, admin.Http })
        {
            Assert.Equal((100m, "strong", null), (await reader.Read(pair.First)).Score());
            Assert.Equal((66.7m, "developing", null), (await reader.Read(pair.Second)).Score());
        }

        Assert.Equal(await LockedAt(pair.First), await LockedAt(pair.Second));
        foreach (var path in new[] { pair.First, pair.Second }) Assert.Equal(["fidelity.locked"], await Told(path));
    }

    [Fact]
    public async Task Whoever_rates_beside_another_may_rate_the_subject_too()
    {
        var cohort = await app.Cohort();
        var learner = await app.Learner(cohort);
        Task<Answer> With(Guid second, string role = "coach") =>
            cohort.Instructor.Http.Post(Reviews, FidelitySteps.Begun(learner.Id, role, secondRaterId: second));
        foreach (var second in new[] { cohort.Instructor.Id, learner.Id, (await app.Person()).Id, Guid.NewGuid() })
            (await With(second)).Expect(HttpStatusCode.Forbidden, "rater.notAllowed");
        (await learner.Http.Post(Reviews, FidelitySteps.Begun(learner.Id, "self", secondRaterId: cohort.Lead.Id)))
            .Expect(HttpStatusCode.UnprocessableEntity, "request.invalid");
        (await learner.Http.Post(Reviews, FidelitySteps.Begun(learner.Id, secondRaterId: cohort.Lead.Id)))
            .Expect(HttpStatusCode.Forbidden, "rater.notAllowed");
        Assert.Empty((await cohort.Instructor.Http.Read(Reviews)).Ok()["items"]!.AsArray());
    }

    [Fact]
    public async Task Half_a_pair_is_released_after_thirty_days_and_a_draft_is_submitted_by_itself()
    {
        var cohort = await app.Cohort();
        var learner = await app.Learner(cohort);
        var pair = await cohort.Instructor.BeginPair(cohort.Lead, learner.Id);
        (await cohort.Instructor.Http.Put(pair.First, FidelitySteps.Rated(3), ("If-Match", "*"))).Ok();
        (await cohort.Instructor.Http.Post($"{pair.First}/submit")).Ok();
        FlowingClock.Advance(Wait);
        await app.Send(new ReleasePairs());
        (await learner.Http.Read(pair.First)).Expect(HttpStatusCode.NotFound);
        FlowingClock.Advance(TimeSpan.FromSeconds(1));
        await app.Send(new ReleasePairs());
        await app.Send(new ReleasePairs());
        var seen = (await learner.Http.Read(pair.First)).Ok();
        Assert.Equal(("locked", "abandoned"), ((string)seen["status"]!, (string)seen["pair"]!["state"]!));
        Assert.Equal(["fidelity.locked"], await Told(pair.First));
        Assert.Equal(["pair.abandoned"], (await app.EventsOf((Guid)seen["pair"]!["id"]!)).Select(e => e.Type));

        (await learner.Http.Read(pair.Second)).Expect(HttpStatusCode.NotFound);
        (await cohort.Lead.Http.Put(pair.Second, FidelitySteps.Rated(2), ("If-Match", "*"))).Ok();
        Assert.Equal("locked", (string)(await cohort.Lead.Http.Post($"{pair.Second}/submit")).Ok()["status"]!);
        (await learner.Http.Read(pair.Second)).Ok();
        // What was not rated at once is no pair of theirs, and tells nothing of how alike they rate.
        Assert.Equal((0, 2), await Counted(cohort));
        Assert.Empty((await cohort.Lead.Http.Read("/v1/fidelity/raters")).Ok()["items"]!.AsArray());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_pair_about_ones_own_stand_in_is_given_up_and_the_other_half_goes_on_by_itself(bool isIn)
    {
        var (cohort, agency) = (await app.Cohort(), await app.Agency());
        await app.Learner(cohort, agencyId: agency);
        var (coach, other) = (cohort.Instructor, cohort.Lead);
        var (offered, standIn) = await app.Offer(cohort, agency, coach.Email);
        var pair = await coach.BeginPair(other, standIn);
        foreach (var (rater, path) in new[] { (coach, pair.First), (other, pair.Second) })
            (await rater.Http.Put(path, FidelitySteps.Rated(), ("If-Match", "*"))).Ok();
        (await (isIn ? other : coach).Http.Post($"{(isIn ? pair.Second : pair.First)}/submit")).Ok();
        (await coach.Http.Accept(offered)).Ok();
        Assert.Equal("void", (string)(await coach.Http.Read(pair.First)).Ok()["status"]!);
        if (!isIn) (await other.Http.Post($"{pair.Second}/submit")).Ok();
        var left = (await coach.Http.Read(pair.Second)).Ok();
        Assert.Equal(("locked", "abandoned"), ((string)left["status"]!, (string)left["pair"]!["state"]!));
    }

    [Fact]
    public async Task A_pair_that_cannot_be_read_stops_no_other()
    {
        var cohort = await app.Cohort();
        var learner = await app.Learner(cohort);
        var paths = new List<string>();
        for (var i = 0; i < 3; i++)
        {
            var (first, _) = await cohort.Instructor.BeginPair(cohort.Lead, learner.Id);
            (await cohort.Instructor.Http.Put(first, FidelitySteps.Rated(), ("If-Match", "*"))).Ok();
            (await cohort.Instructor.Http.Post($"{first}/submit")).Ok();
            paths.Add(first);
        }

        var damaged = Guid.Parse(Id(paths[1]));
        await app.InDb(db => db.Database.ExecuteSqlAsync($"UPDATE FidelityReviews SET InstrumentVersion = 99 WHERE Id = {damaged}", Ct));
        FlowingClock.Advance(Wait + TimeSpan.FromSeconds(1));
        Assert.Equal(2, (await app.Send(new ReleasePairs())).Pairs);
        foreach (var path in new[] { paths[0], paths[2] }) (await learner.Http.Read(path)).Ok();
        (await learner.Http.Read(paths[1])).Expect(HttpStatusCode.NotFound);
        await app.InDb(db => db.Database.ExecuteSqlAsync($"UPDATE FidelityReviews SET InstrumentVersion = 1 WHERE Id = {damaged}", Ct));
        Assert.Equal(1, (await app.Send(new ReleasePairs())).Pairs);
        (await learner.Http.Read(paths[1])).Ok();
    }

    [Fact]
    public async Task Two_who_submit_at_once_lock_both_once()
    {
        var cohort = await app.Cohort();
        var learner = await app.Learner(cohort);
        for (var round = 0; round < 4; round++)
        {
            var pair = await RatedPair(cohort, learner);
            var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => i % 2 == 0
                ? cohort.Instructor.Http.Post($"{pair.First}/submit")
                : cohort.Lead.Http.Post($"{pair.Second}/submit")));
            Assert.Equal(2, answers.Count(a => a.Status == HttpStatusCode.OK));
            Assert.Single(answers, a => a.Status == HttpStatusCode.OK && (string)a["status"]! == "locked");
            Assert.All(
                answers.Where(a => a.Status != HttpStatusCode.OK), a => a.Expect(HttpStatusCode.Conflict, "fidelity.locked"));
            foreach (var path in new[] { pair.First, pair.Second })
            {
                Assert.Equal("locked", (string)(await learner.Http.Read(path)).Ok()["status"]!);
                Assert.Equal(["fidelity.locked"], await Told(path));
            }
        }

        Assert.Equal((4, 4), await Counted(cohort));
    }

    [Fact]
    public async Task Who_submits_while_the_pair_is_given_up_has_it_locked_once_either_way()
    {
        var cohort = await app.Cohort();
        var learner = await app.Learner(cohort);
        for (var round = 0; round < 4; round++)
        {
            var pair = await RatedPair(cohort, learner);
            (await cohort.Instructor.Http.Post($"{pair.First}/submit")).Ok();
            FlowingClock.Advance(Wait + TimeSpan.FromSeconds(1));
            var submitting = cohort.Lead.Http.Post($"{pair.Second}/submit");
            await Task.WhenAll(app.Send(new ReleasePairs()), app.Send(new ReleasePairs()), submitting);
            Assert.Equal("locked", (string)(await submitting).Ok()["status"]!);
            foreach (var path in new[] { pair.First, pair.Second }) Assert.Equal(["fidelity.locked"], await Told(path));
        }
    }

    [Fact]
    public async Task What_was_rated_first_counts_and_a_half_that_was_voided_no_more()
    {
        var cohort = await app.Cohort();
        var learner = await app.Learner(cohort);
        var (first, second) = await cohort.Instructor.LockPair(
            cohort.Lead, learner.Id, new string('2', 28), new string('3', 28));
        var path = $"/v1/fidelity/agreement?instrument=tpo-1&cohort={cohort.Id}";
        var before = (await cohort.Lead.Http.Read(path)).Ok();
        Assert.Equal((1, 0.0, 1.0), ((int)before["pairs"]!, (double)before["exact"]!, (double)before["withinOne"]!));

        var amended = (await cohort.Instructor.Http.Post($"{first}/amend", new { reason = "All of it was one higher." }))
            .Expect(HttpStatusCode.Created).Headers["Location"];
        (await cohort.Lead.Http.Read(amended)).Expect(HttpStatusCode.NotFound);
        (await cohort.Instructor.Http.Put(amended, FidelitySteps.Rated(3), ("If-Match", "*"))).Ok();
        Assert.Equal("locked", (string)(await cohort.Instructor.Http.Post($"{amended}/submit")).Ok()["status"]!);
        Assert.Equal(before.Body, (await cohort.Lead.Http.Read(path)).Ok().Body);

        (await cohort.Lead.Http.Post($"{amended}/void", new { reason = "Another talk was rated." })).Ok();
        var after = (await cohort.Lead.Http.Read(path)).Ok();
        Assert.Equal((0, 1, 0.0, null), ((int)after["pairs"]!, (int)after["samples"]!, (double)after["doubleRatedShare"]!,
            (double?)after["exact"]));
        Assert.Empty((await cohort.Lead.Http.Read("/v1/fidelity/raters")).Ok()["items"]!.AsArray()
            .SelectMany(r => r!["pairs"]!.AsArray()));
        (await learner.Http.Read(second)).Ok();
    }

    [Fact]
    public async Task Whatever_is_done_in_whatever_order_nobody_sees_the_other_half_before_both_are_in()
    {
        var scene = await Scene.Of(app);
        for (var act = 0; act < 160; act++)
        {
            await scene.Act();
            await scene.Look(everywhere: act % 6 == 5);
        }

        Assert.True(
            scene.Released > 1 && scene.Locked > 4 && scene.Voided > 1 && scene.Amended > 1,
            $"{scene.Locked} pairs were locked, {scene.Released} released, {scene.Voided} reviews voided and {scene.Amended} amended.");
    }

    private static string Id(string path) => path[(Reviews.Length + 1)..];

    /// <summary>A pair that both have rated and neither has submitted.</summary>
    private static async Task<(string First, string Second)> RatedPair(TestCohort cohort, TestLearner learner)
    {
        var pair = await cohort.Instructor.BeginPair(cohort.Lead, learner.Id);
        (await cohort.Instructor.Http.Put(pair.First, FidelitySteps.Rated(3), ("If-Match", "*"))).Ok();
        (await cohort.Lead.Http.Put(pair.Second, FidelitySteps.Rated(2), ("If-Match", "*"))).Ok();
        return pair;
    }

    private async Task<IEnumerable<string>> Told(string path) => (await app.EventsOf(Guid.Parse(Id(path)))).Select(e => e.Type);

    private async Task<DateTime?> LockedAt(string path)
    {
        var id = Guid.Parse(Id(path));
        return await app.InDb(db => db.FidelityReviews.Where(r => r.Id == id).Select(r => r.LockedAt).SingleAsync(Ct));
    }

    /// <summary>Pairs and samples, as the lead is shown them.</summary>
    private static async Task<(int Pairs, int Samples)> Counted(TestCohort cohort)
    {
        var shown = (await cohort.Lead.Http.Read($"/v1/fidelity/agreement?instrument=tpo-1&cohort={cohort.Id}")).Ok();
        return ((int)shown["pairs"]!, (int)shown["samples"]!);
    }

    /// <summary>People who rate, read, void and wait at random, and what each of them should see.</summary>
    private sealed class Scene
    {
        private readonly Random random = new(20270323);
        private readonly List<Pair> pairs = [];
        private readonly List<Half> halves = [];
        private readonly LearningApp app;
        private readonly TestCohort cohort;
        private readonly TestPerson admin;
        private TestLearner[] learners = [];
        private TestPerson[] raters = [];
        private TestPerson[] readers = [];

        private Scene(LearningApp app, TestCohort cohort, TestPerson admin) => (this.app, this.cohort, this.admin) = (app, cohort, admin);

        public int Locked { get; private set; }

        public int Released { get; private set; }

        public int Voided { get; private set; }

        public int Amended { get; private set; }

        public static async Task<Scene> Of(LearningApp app)
        {
            var (cohort, agency) = (await app.Cohort(), await app.Agency());
            var scene = new Scene(app, cohort, await app.Admin())
            {
                learners = [await app.Learner(cohort, agencyId: agency), await app.Learner(cohort)],
            };
            var (coach, outside) = (await app.Person("Cora Coach"), await app.Person("Olga Outside"));
            foreach (var learner in scene.learners) (await cohort.LetCoach(coach.Id, learner.Id)).Expect(HttpStatusCode.Created);
            (await scene.admin.Http.Put($"/v1/agencies/{agency}/raters/{outside.Id}", null)).Expect(HttpStatusCode.NoContent);
            scene.raters = [cohort.Instructor, cohort.Lead, coach];
            var supervisor = await app.Member(agency, Domain.Cohorts.AgencyRole.Supervisor);
            scene.readers = [.. scene.raters, outside, scene.admin, supervisor,
                .. scene.learners.Select(l => new TestPerson(l.Id, l.Email, l.Name, l.Http))];
            return scene;
        }

        public Task Act() => random.Next(14) switch
        {
            < 3 => Begin(),
            < 5 => Save(),
            < 10 => Submit(),
            10 => Amend(),
            11 => Void(),
            12 => Pass(),
            _ => Release(),
        };

        /// <summary>Everybody asks for everything: what is not locked stands nowhere but with its rater.</summary>
        public async Task Look(bool everywhere)
        {
            foreach (var reader in readers)
            {
                var hidden = halves.Where(h => !h.IsLocked && h.Rater != reader).ToList();
                var bodies = new List<string> { (await reader.Http.Read($"{Reviews}?limit=200")).Ok().Body };
                if (everywhere)
                {
                    foreach (var path in new[]
                    {
                        $"{Reviews}?status=submitted", $"{Reviews}?status=draft", "/v1/fidelity/raters", "/v1/me/next", "/v1/me/coaching",
                        "/v1/fidelity/agreement?instrument=tpo-1", $"/v1/fidelity/agreement?instrument=tpo-1&cohort={cohort.Id}",
                        $"/v1/people/{learners[0].Id}/fidelity?instrument=tpo-1", $"{cohort.Path}/coaching", $"{cohort.Path}/progress",
                        "/v1/action-items", CoachingSteps.Sessions,
                    }) bodies.Add((await reader.Http.Read(path)).Body);
                }

                foreach (var half in hidden)
                {
                    Assert.DoesNotContain(bodies, b => b.Contains(Id(half.Path), StringComparison.Ordinal)
                        || b.Contains(half.Word, StringComparison.Ordinal));
                    if (everywhere || half.Pair is { } pair && (pair.First.IsIn || pair.Second.IsIn))
                        (await reader.Http.Read(half.Path)).Expect(HttpStatusCode.NotFound, "fidelity.notFound");
                }
            }

            foreach (var half in halves) Assert.Equal(half.Status, (string)(await half.Rater.Http.Read(half.Path)).Ok()["status"]!);
            Assert.Equal(
                (pairs.Count(p => p.Counts), pairs.Count(p => p.Counts) + Heads().Count(h => h.Pair is not { Counts: true })),
                await Counted(cohort));
            if (!everywhere) return;
            foreach (var half in halves.Where(h => !h.IsLocked)) Assert.Empty(await app.EventsOf(Guid.Parse(Id(half.Path))));
            await app.Send(new SendMails());
            var mails = Directory.GetFiles(app.MailFolder, "*", SearchOption.AllDirectories).Select(File.ReadAllText).ToList();
            Assert.DoesNotContain(mails, m => halves.Exists(h => m.Contains(h.Word, StringComparison.Ordinal)));
        }

        /// <summary>What stands and has nothing in its place.</summary>
        private IEnumerable<Half> Heads() => halves.Where(h => h.Status == "locked");

        private async Task Begin()
        {
            var (first, second) = (raters[random.Next(3)], raters[random.Next(3)]);
            var learner = learners[random.Next(2)];
            if (first == second)
            {
                Add(first, await first.Http.BeginReview(learner.Id), null);
                return;
            }

            var begun = await first.BeginPair(second, learner.Id);
            var pair = new Pair { BegunAt = FlowingClock.Now };
            pairs.Add(pair);
            (pair.First, pair.Second) = (Add(first, begun.First, pair), Add(second, begun.Second, pair));
        }

        private Half Add(TestPerson rater, string path, Pair? pair)
        {
            halves.Add(new(rater, path, pair));
            return halves[^1];
        }

        private async Task Save()
        {
            if (Any(h => h.Status == "draft") is not { } half) return;
            half.Word = $"word{new string([.. Enumerable.Range(0, 12).Select(_ => (char)('a' + random.Next(26)))])}";
            (await half.Rater.Http.Put(
                half.Path, FidelitySteps.Rated(random.Next(4), $"they used the {half.Word} then"), ("If-Match", "*"))).Ok();
        }

        private async Task Submit()
        {
            if (Any(h => h.Status == "draft") is not { } half) return;
            var answer = await half.Rater.Http.Post($"{half.Path}/submit");
            if (half.Amends is { Status: not "locked" })
            {
                answer.Expect(HttpStatusCode.Conflict, "fidelity.state");
                return;
            }

            answer.Ok();
            if (half.Amends is { } earlier) (earlier.Status, half.Status) = ("amended", "locked");
            else if (half.Pair is not { IsOpen: true } pair) half.Status = "locked";
            else
            {
                half.Status = "submitted";
                if (!pair.First.IsIn || !pair.Second.IsIn) return;
                (pair.First.Status, pair.Second.Status, pair.IsOpen, pair.Counts) = ("locked", "locked", false, true);
                Locked++;
            }
        }

        private async Task Amend()
        {
            if (Any(h => h.Status == "locked" && !halves.Exists(a => a.Amends == h)) is not { } half) return;
            var answer = await half.Rater.Http.Post($"{half.Path}/amend", new { reason = "Two items were swapped." });
            if (answer.Status == HttpStatusCode.Conflict)
            {
                Assert.Equal("fidelity.amend.late", answer.Code);
                return;
            }

            Add(half.Rater, answer.Expect(HttpStatusCode.Created).Headers["Location"], half.Pair).Amends = half;
            Amended++;
        }

        private async Task Void()
        {
            if (Any(_ => true) is not { } half) return;
            var answer = await cohort.Lead.Http.Post($"{half.Path}/void", new { reason = "Another talk was rated." });
            if (half.Status != "locked")
            {
                var isSeen = half.IsLocked || half.Rater == cohort.Lead;
                answer.Expect(isSeen ? HttpStatusCode.Conflict : HttpStatusCode.NotFound);
                return;
            }

            answer.Ok();
            half.Status = "void";
            Voided++;
            if (half.Pair is { } pair) pair.Counts = false;
        }

        private Task Pass()
        {
            FlowingClock.Advance(TimeSpan.FromDays(random.Next(1, 25)));
            return Task.CompletedTask;
        }

        private async Task Release()
        {
            await app.Send(new ReleasePairs());
            await app.Send(new LapseRaters());
            foreach (var pair in pairs.Where(p => p.IsOpen && p.BegunAt + Wait < FlowingClock.Now))
            {
                pair.IsOpen = false;
                Released++;
                foreach (var half in new[] { pair.First, pair.Second }.Where(h => h.Status == "submitted")) half.Status = "locked";
            }
        }

        private Half? Any(Func<Half, bool> which) =>
            halves.Where(which).ToList() is { Count: > 0 } some ? some[random.Next(some.Count)] : null;

        private sealed class Pair
        {
            public required DateTimeOffset BegunAt { get; init; }

            public Half First { get; set; } = null!;

            public Half Second { get; set; } = null!;

            public bool IsOpen { get; set; } = true;

            public bool Counts { get; set; }
        }

        private sealed class Half(TestPerson rater, string path, Pair? pair)
        {
            public TestPerson Rater => rater;

            public string Path => path;

            public Pair? Pair => pair;

            public Half? Amends { get; set; }

            public string Word { get; set; } = "no-such-word";

            public string Status { get; set; } = "draft";

            public bool IsIn => Status != "draft";

            public bool IsLocked => Status is not ("draft" or "submitted");
        }
    }
}
