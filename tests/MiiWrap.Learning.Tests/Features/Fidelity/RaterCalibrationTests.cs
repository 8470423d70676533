using System.Net;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Features.Fidelity;
using MiiWrap.Learning.Domain.Cohorts;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Features.Fidelity;

/// <summary>
/// Raters are calibrated by three close pairs with somebody who is, or by a programme admin's word, and for a year. A host of its own: what
/// lapses is looked for among all raters.
/// </summary>
[StandingClock]
public sealed class RaterCalibrationTests(OwnDatabaseApp app) : IClassFixture<OwnDatabaseApp>
{
    private const string Raters = "/v1/fidelity/raters";
    private const string First = "2232223122213-2232122222221-";
    private const string Close = "22322231232122223212222-2221";
    private const string Far = "2132230122201223311212222022";
    private const string FarFrom = "3211221023211222321122222121";

    private static readonly string Twos = new('2', 28);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Three_close_pairs_with_a_calibrated_rater_calibrate_until_a_year_after_the_oldest()
    {
        var (cohort, admin) = (await app.Cohort(), await app.Admin());
        var learner = await app.Learner(cohort);
        var (first, second) = (cohort.Instructor, cohort.Lead);
        await Appoint(admin, first);
        var begun = Today;
        for (var pair = 1; pair <= 3; pair++)
        {
            await first.LockPair(second, learner.Id, First, Close);
            var rater = await Of(second);
            Assert.Equal((pair == 3, pair), ((bool)rater["isCalibrated"]!, rater["pairs"]!.AsArray().Count));
            FlowingClock.Advance(TimeSpan.FromDays(40));
        }

        var calibrated = await Of(second);
        Assert.Equal(("pairs", $"{begun.AddMonths(12):yyyy-MM-dd}"), ((string)calibrated["basis"]!, (string)calibrated["until"]!));
        var newest = calibrated["pairs"]![0]!;
        Assert.Equal((25, 3, 0.88, 1.0, 0, true, true, true, first.Name),
            ((int)newest["items"]!, (int)newest["mismatches"]!, (double)newest["exact"]!, (double)newest["withinOne"]!,
                (int)newest["criticalGap"]!, (bool)newest["partnerWasCalibrated"]!, (bool)newest["counts"]!, (bool)newest["isClose"]!,
                (string)newest["partner"]!["name"]!));
        // Who was calibrated at the time counts, and the appointed one had nobody to be compared with.
        var appointed = await Of(first);
        Assert.Equal(("appointed", false), ((string)appointed["basis"]!, (bool)appointed["pairs"]![0]!["counts"]!));
        Assert.Equal(["rater.calibrated"], await Told(second));

        // Its end comes by the clock, whether or not anybody looks; and it is told once.
        FlowingClock.Set(new(begun.AddMonths(12).ToDateTime(TimeOnly.MinValue).AddSeconds(-1), TimeSpan.Zero));
        await app.Send(new LapseRaters());
        Assert.True((bool)(await Of(second))["isCalibrated"]!);
        FlowingClock.Advance(TimeSpan.FromSeconds(1));
        Assert.False((bool)(await Of(second))["isCalibrated"]!);
        Assert.Equal(["rater.calibrated"], await Told(second));
        await app.Send(new LapseRaters());
        await app.Send(new LapseRaters());
        Assert.Equal(["rater.calibrated", "rater.lapsed"], await Told(second));
        Assert.Equal(["rater.calibrated", "rater.lapsed"], await Told(first));
        // Two of the pairs are of the last twelve months still.
        Assert.Equal(2, (await Of(second))["pairs"]!.AsArray().Count);
    }

    [Fact]
    public async Task The_newest_pairs_decide_and_a_wide_gap_ends_it_at_once()
    {
        var (cohort, admin) = (await app.Cohort(), await app.Admin());
        var learner = await app.Learner(cohort);
        var (first, second) = (cohort.Instructor, cohort.Lead);
        await Appoint(admin, first);
        var pairs = new List<string>();
        for (var pair = 0; pair < 3; pair++)
        {
            pairs.Add((await first.LockPair(second, learner.Id, First, Close)).Second);
            FlowingClock.Advance(TimeSpan.FromDays(1));
        }

        Assert.True((bool)(await Of(second))["isCalibrated"]!);
        var far = await first.LockPair(second, learner.Id, FarFrom, Far);
        var rater = await Of(second);
        Assert.Equal((false, 2, false, 0.9643), ((bool)rater["isCalibrated"]!, (int)rater["pairs"]![0]!["criticalGap"]!,
            (bool)rater["pairs"]![0]!["isClose"]!, (double)rater["pairs"]![0]!["withinOne"]!));
        Assert.Equal(["rater.calibrated", "rater.lapsed"], await Told(second));
        // A pair of which a half was voided counts no more, neither for nor against anybody.
        (await cohort.Lead.Http.Post($"{far.First}/void", new { reason = "Another talk was rated." })).Ok();
        Assert.True((bool)(await Of(second))["isCalibrated"]!);
        (await cohort.Lead.Http.Post($"{pairs[0]}/void", new { reason = "Another talk was rated." })).Ok();
        rater = await Of(second);
        Assert.Equal((false, 2), ((bool)rater["isCalibrated"]!, rater["pairs"]!.AsArray().Count));
        Assert.Equal(["rater.calibrated", "rater.lapsed", "rater.calibrated", "rater.lapsed"], await Told(second));
        Assert.DoesNotContain(await app.EventsOf(second.Id), e => e.Type.StartsWith("rater.", StringComparison.Ordinal)
            && e.Data.AsObject().Select(p => p.Key).Except(["personId", "instrument"]).Any());
    }

    [Fact]
    public async Task A_pair_with_somebody_who_is_not_calibrated_shows_nothing()
    {
        var cohort = await app.Cohort();
        var learner = await app.Learner(cohort);
        for (var pair = 0; pair < 3; pair++) await cohort.Instructor.LockPair(cohort.Lead, learner.Id, Twos, Twos);
        foreach (var one in new[] { cohort.Instructor, cohort.Lead })
        {
            var rater = await Of(one);
            Assert.Equal((false, null, null, 0.0), ((bool)rater["isCalibrated"]!, (string?)rater["basis"], (string?)rater["until"],
                (double)rater["bias"]!));
            Assert.All(rater["pairs"]!.AsArray(), p => Assert.False((bool)p!["counts"]!));
            Assert.Empty(await Told(one));
        }
    }

    [Fact]
    public async Task Bias_is_told_from_the_third_pair_on_with_its_sign()
    {
        var cohort = await app.Cohort();
        var learner = await app.Learner(cohort);
        foreach (var (own, expected) in new[] { ('3', (double?)null), ('2', null), ('3', 22.2) })
        {
            await cohort.Instructor.LockPair(cohort.Lead, learner.Id, new string(own, 28), Twos);
            Assert.Equal(expected, (double?)(await Of(cohort.Instructor))["bias"]);
            Assert.Equal(-expected, (double?)(await Of(cohort.Lead))["bias"]);
        }
    }

    [Fact]
    public async Task Where_the_words_are_not_ours_only_an_appointment_calibrates_and_bands_need_it()
    {
        const string Summary = "miti-4.2.1-summary";
        var (cohort, admin) = (await app.Cohort(), await app.Admin());
        var (learner, coach) = (await app.Learner(cohort), cohort.Instructor);
        var form = (await coach.Http.Read($"/v1/fidelity/instruments/{Summary}")).Ok();
        var ratings = form["sections"]!.AsArray().SelectMany(s => s!["items"]!.AsArray()).ToDictionary(i => (string)i!["code"]!, _ => 3);
        async Task<Answer> Rate()
        {
            var path = (await coach.Http.Post(
                FidelitySteps.Reviews, FidelitySteps.Begun(learner.Id, instrument: Summary, segmentMinutes: 20)))
                .Expect(HttpStatusCode.Created).Headers["Location"];
            (await coach.Http.Put(path, new { ratings }, ("If-Match", "*"))).Ok();
            return (await coach.Http.Post($"{path}/submit")).Ok();
        }

        IEnumerable<string> Reasons(Answer review) => review["scores"]!.AsArray().Select(s => (string?)s!["reason"]).OfType<string>();
        Assert.Contains("raterNotCalibrated", Reasons(await Rate()));
        await Appoint(admin, coach, Summary);
        Assert.DoesNotContain("raterNotCalibrated", Reasons(await Rate()));
        FlowingClock.Advance(TimeSpan.FromDays(366));
        Assert.Contains("raterNotCalibrated", Reasons(await Rate()));
    }

    [Fact]
    public async Task An_appointment_is_a_programme_admins_for_a_year_and_saying_it_twice_changes_nothing()
    {
        var (cohort, admin) = (await app.Cohort(), await app.Admin());
        var (coach, path) = (cohort.Instructor, $"{Raters}/{cohort.Instructor.Id}");
        object Body(string reason = "Trained by the authors.", string? instrument = "tpo-1", bool? confirmed = null) =>
            new { instrument, reason, privacyConfirmed = confirmed };
        foreach (var other in new[] { coach, cohort.Lead })
            (await other.Http.Put(path, Body())).Expect(HttpStatusCode.Forbidden, "role.required");
        foreach (var wrong in new[] { Body("Short."), Body(new string('x', 401)), Body(instrument: null), Body(instrument: "") })
            (await admin.Http.Put(path, wrong)).Expect(HttpStatusCode.UnprocessableEntity, "request.invalid");
        (await admin.Http.Put(path, Body("Call 312-555-0148 about it."))).Expect(HttpStatusCode.UnprocessableEntity, "request.invalid");
        (await admin.Http.Put(path, Body("Mrs. Rivera has trained her.")))
            .Expect(HttpStatusCode.UnprocessableEntity, "text.privacy.unconfirmed");
        (await admin.Http.Put(path, Body(instrument: "none-1"))).Expect(HttpStatusCode.UnprocessableEntity, "instrument.unknown");
        (await admin.Http.Put($"{Raters}/{Guid.NewGuid()}", Body())).Expect(HttpStatusCode.NotFound, "person.notFound");
        (await admin.Http.Put(path, "{\"instrument\":5}")).Expect(HttpStatusCode.BadRequest);
        Assert.Empty((await coach.Http.Read(Raters)).Ok()["items"]!.AsArray());

        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => admin.Http.Put(path, Body())));
        Assert.All(answers, a => Assert.Equal((true, "appointed", $"{Today.AddMonths(12):yyyy-MM-dd}"),
            ((bool)a.Ok()["isCalibrated"]!, (string)a["basis"]!, (string)a["until"]!)));
        FlowingClock.Advance(TimeSpan.FromHours(2));
        (await admin.Http.Put(path, Body())).Ok();
        Assert.Equal(1, await Appointments(coach));
        Assert.Equal(["rater.calibrated"], await Told(coach));
        Assert.Equal("Trained by the authors.", (string)(await Of(coach))["appointment"]!["reason"]!);
        Assert.Null((string?)Single((await cohort.Lead.Http.Read(Raters)).Ok())["appointment"]!["reason"]);

        // The same on another day is another year.
        FlowingClock.Advance(TimeSpan.FromDays(30));
        Assert.Equal($"{Today.AddMonths(12):yyyy-MM-dd}", (string)(await admin.Http.Put(path, Body())).Ok()["until"]!);
        Assert.Equal(2, await Appointments(coach));
        (await admin.Http.Post($"/v1/people/{coach.Id}/suspend", new { reason = "Away until further notice." })).Ok();
        (await admin.Http.Put(path, Body("Trained by the authors once more."))).Expect(HttpStatusCode.Conflict, "person.suspended");
    }

    [Fact]
    public async Task Raters_are_seen_by_themselves_by_who_leads_where_they_rate_and_by_programme_admins()
    {
        var (cohort, agency, admin) = (await app.Cohort(), await app.Agency(), await app.Admin());
        var (elsewhere, supervisor) = (await app.Cohort(), await app.Member(agency, AgencyRole.Supervisor));
        var (learner, outside) = (await app.Learner(cohort, agencyId: agency), await app.Person("Olga Outside"));
        (await admin.Http.Put($"/v1/agencies/{agency}/raters/{outside.Id}", null)).Expect(HttpStatusCode.NoContent);
        var begun = (await outside.Http.Post(
            FidelitySteps.Reviews, FidelitySteps.Begun(learner.Id, "external", secondRaterId: cohort.Instructor.Id)))
            .Expect(HttpStatusCode.Created);
        var other = Single((await cohort.Instructor.Http.Read(FidelitySteps.Reviews)).Ok());
        foreach (var (http, path) in new[]
            { (outside.Http, begun.Headers["Location"]), (cohort.Instructor.Http, $"{FidelitySteps.Reviews}/{(Guid)other["id"]!}") })
        {
            (await http.Put(path, FidelitySteps.Rated(), ("If-Match", "*"))).Ok();
            (await http.Post($"{path}/submit")).Ok();
        }

        async Task<string> Seen(HttpClient reader, string filter = "") => string.Join(", ",
            (await reader.Read($"{Raters}?limit=200{filter}")).Ok()["items"]!.AsArray()
                .Where(r => (Guid)r!["rater"]!["id"]! is var id && (id == outside.Id || id == cohort.Instructor.Id))
                .Select(r => (string)r!["rater"]!["name"]!));
        foreach (var (reader, expected) in new[]
        {
            (outside, "Olga Outside"), (cohort.Instructor, "Ines Instructor"), (cohort.Lead, "Ines Instructor, Olga Outside"),
            (admin, "Ines Instructor, Olga Outside"), (elsewhere.Lead, ""), (elsewhere.Instructor, ""), (supervisor, ""),
        }) Assert.Equal(expected, await Seen(reader.Http));
        Assert.Equal("", await Seen(learner.Http));
        Assert.Equal("", await Seen(admin.Http, "&instrument=cso-1"));
        // Who leads the cohort and supervises the learner's agency sees none of it by the learner.
        (await cohort.Lead.Http.Patch(cohort.Path, new { leads = new[] { cohort.Lead.Id, supervisor.Id } })).Ok();
        Assert.Equal("Ines Instructor", await Seen(supervisor.Http));

        // By name, a page at a time.
        var first = (await cohort.Lead.Http.Read($"{Raters}?limit=1")).Ok();
        var next = (await cohort.Lead.Http.Read($"{Raters}?limit=1&cursor={(string)first["next"]!}")).Ok();
        Assert.Equal(("Ines Instructor", "Olga Outside", null),
            ((string)Single(first)["rater"]!["name"]!, (string)Single(next)["rater"]!["name"]!, (string?)next["next"]));
        foreach (var wrong in new[] { "limit=0", "cursor=rubbish" })
            (await admin.Http.Read($"{Raters}?{wrong}")).Expect(HttpStatusCode.UnprocessableEntity, "request.invalid");
    }

    [Fact]
    public async Task Of_pairs_that_lock_at_once_none_is_worked_out_without_the_others()
    {
        var (cohort, admin) = (await app.Cohort(), await app.Admin());
        var learner = await app.Learner(cohort);
        var (first, second) = (cohort.Instructor, cohort.Lead);
        await Appoint(admin, first);
        var waiting = new List<string>();
        for (var pair = 0; pair < 3; pair++)
        {
            var (own, others) = await first.BeginPair(second, learner.Id);
            (await first.Http.Put(own, FidelitySteps.Rated(), ("If-Match", "*"))).Ok();
            (await second.Http.Put(others, FidelitySteps.Rated(), ("If-Match", "*"))).Ok();
            (await first.Http.Post($"{own}/submit")).Ok();
            waiting.Add(others);
        }

        await Task.WhenAll(waiting.Select(async path => (await second.Http.Post($"{path}/submit")).Ok()));
        Assert.True((bool)(await Of(second))["isCalibrated"]!);
        Assert.Equal(["rater.calibrated"], await Told(second));
    }

    private static DateOnly Today => DateOnly.FromDateTime(FlowingClock.Now.UtcDateTime);

    private static Task<Answer> Appoint(TestPerson admin, TestPerson rater, string instrument = "tpo-1") =>
        admin.Http.Put($"{Raters}/{rater.Id}", new { instrument, reason = "Trained by the authors." });

    /// <summary>What somebody reads of themselves.</summary>
    private static async Task<JsonNode> Of(TestPerson rater) =>
        (await rater.Http.Read($"{Raters}?instrument=tpo-1")).Ok()["items"]!.AsArray()
            .Single(r => (Guid)r!["rater"]!["id"]! == rater.Id)!;

    private static JsonNode Single(Answer list) => Assert.Single(list["items"]!.AsArray())!;

    private async Task<IEnumerable<string>> Told(TestPerson rater) =>
        (await app.EventsOf(rater.Id)).Where(e => e.Type.StartsWith("rater.", StringComparison.Ordinal)).Select(e => e.Type);

    private Task<int> Appointments(TestPerson rater) =>
        app.InDb(db => db.RaterAppointments.CountAsync(a => a.PersonId == rater.Id, Ct));
}
