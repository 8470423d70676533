using System.Net;
using MiiWrap.Learning.Api.Content;
using MiiWrap.Learning.Api.Features.Mails;
using MiiWrap.Learning.Domain.Cohorts;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Features.Credentials;

/// <summary>What a credential rests on, who may see it, and what becomes of it when some of that counts no more.</summary>
[StandingClock]
public sealed class CredentialEvidenceTests(LearningApp app)
{
    private const string Reviewed =
        "- fidelity: {instrument: tpo-1, score: total, atLeast: 80, reviews: 1, withinMonths: 6, events: [live, recorded]}";

    [Fact]
    public async Task A_practising_coach_has_shown_each_part_and_sees_what_comes_next()
    {
        var (cohort, admin) = (await app.Cohort(), await app.Admin());
        var learner = await app.Learner(cohort);
        var coach = cohort.Instructor;
        Assert.Equal(("holds", 0, 4), await Progress(learner));
        await Complete(cohort, learner);
        (await learner.Http.Post($"{await Issue(cohort, learner, "coaching-cohort-completion")}/accept")).Ok();
        Assert.Equal(("observedContacts", 1, 4), await Progress(learner));
        for (var i = 0; i < 4; i++)
        {
            await coach.Http.Log(CoachingSteps.Part(learner.Id, observed: true, feedback: true));
            FlowingClock.Advance(TimeSpan.FromDays(10));
        }

        Assert.Equal(("fidelity", 2, 4), await Progress(learner));
        await Appoint(admin, coach.Id, "cso-1");
        var review = await Lock(coach, learner, "cso-1", FidelitySteps.SessionItems, '4');
        Assert.Equal(("calibrated", 3, 4), await Progress(learner));
        await Appoint(admin, learner.Id, "tpo-1");
        Assert.Equal((null, 4, 4), await Progress(learner));

        var issued = (await learner.Http.Read(await Issue(cohort, learner, "practising-coach"))).Ok();
        Assert.Equal(["holds 1/1 1", "observedContacts 4/4 4", "fidelity 1/1 1", "calibrated 1/1 1"],
            issued["evidence"]!.AsArray().Select(l =>
                $"{(string)l!["requirement"]!} {(int)l["have"]!}/{(int)l["need"]!} {l["items"]!.AsArray().Count}"));
        Assert.Equal(review, (string)issued["evidence"]![2]!["items"]![0]!["href"]!);

        async Task<(string?, int, int)> Progress(TestLearner of)
        {
            var own = (await of.Http.Read("/v1/me/credentials")).Ok()["progress"]!.AsArray()
                .Single(p => (string)p!["code"]! == "practising-coach")!;
            return ((string?)own["next"]?["requirement"], (int)own["have"]!, (int)own["need"]!);
        }
    }

    [Fact]
    public async Task A_self_review_one_of_who_is_not_calibrated_and_one_with_a_critical_zero_count_for_nothing()
    {
        var (cohort, admin) = (await app.Cohort(), await app.Admin());
        var (learner, coach) = (await app.Learner(cohort), cohort.Instructor);
        var code = CredentialSteps.NewCode();
        await app.Publish(code, CredentialSteps.Of(code, Reviewed));
        await learner.Http.LockReview(learner.Id, value: 3, role: "self");
        await coach.Http.LockReview(learner.Id, value: 3);
        await Appoint(admin, coach.Id, "tpo-1");
        await Lock(coach, learner, "tpo-1", FidelitySteps.Items, "330" + new string('3', 25));
        await Lock(coach, learner, "tpo-1", FidelitySteps.Items, '2');
        Assert.Equal(0, await Have());
        await coach.Http.LockReview(learner.Id, value: 3);
        Assert.Equal(1, await Have());

        async Task<int> Have() => (int)(await learner.Http.Read($"{learner.Journey}/credentials/{code}")).Ok()["requirements"]![0]!["have"]!;
    }

    [Theory]
    [InlineData("void", true)]
    [InlineData("below", true)]
    [InlineData("above", false)]
    public async Task A_review_that_counts_no_more_is_told_to_a_human_and_revokes_nothing(string what, bool isTold)
    {
        var (cohort, admin) = (await app.Cohort(), await app.Admin());
        var (learner, coach) = (await app.Learner(cohort), cohort.Instructor);
        var code = CredentialSteps.NewCode();
        await app.Publish(code, CredentialSteps.Of(code, Reviewed, Reviewed));
        await Appoint(admin, coach.Id, "tpo-1");
        var review = await coach.Http.LockReview(learner.Id, value: 3);
        var path = await Issue(cohort, learner, code);
        (await learner.Http.Post($"{path}/accept")).Ok();
        if (what == "void") (await cohort.Lead.Http.Post($"{review}/void", new { reason = "Another meeting was rated." })).Ok();
        else
        {
            var amended = (await coach.Http.Post($"{review}/amend", new { reason = "Two lines were swapped." }))
                .Expect(HttpStatusCode.Created).Headers["Location"];
            (await coach.Http.Put(amended, new { ratings = FidelitySteps.Ratings(
                what == "below" ? new('2', 28) : "2" + new string('3', 27)) }, ("If-Match", "*"))).Ok();
            (await coach.Http.Post($"{amended}/submit")).Ok();
        }

        var after = (await cohort.Lead.Http.Read(path)).Ok();
        Assert.Equal(("active", isTold), ((string)after["state"]!, (bool)after["evidenceChanged"]!));
        await app.Send(new SendMails());
        var mails = app.MailsTo(cohort.Lead.Email).Where(m => m.Headers["Subject"] == "Something on which a credential rests has changed");
        Assert.Equal(isTold ? 1 : 0, mails.Count());
        Assert.DoesNotContain(mails, m => m.Raw.Contains(learner.Name, StringComparison.Ordinal));
        // What was found when it was issued stays as it was.
        Assert.Equal(review, (string)after["evidence"]![0]!["items"]![0]!["href"]!);
    }

    [Fact]
    public async Task Each_sees_of_a_credential_what_is_theirs_to_see()
    {
        var (agency, other) = (await app.Agency(), await app.Agency());
        var cohort = await app.Cohort();
        var learner = await app.Learner(cohort, agencyId: agency);
        var coach = await app.Person("Cam Coach");
        (await cohort.LetCoach(coach.Id, learner.Id)).Expect(HttpStatusCode.Created);
        var path = await app.Award(cohort, learner);
        foreach (var reader in new[] { learner.Http, cohort.Lead.Http, cohort.Instructor.Http, (await app.Admin()).Http })
        {
            var seen = (await reader.Read(path)).Ok();
            Assert.NotNull(seen["evidence"]);
            Assert.NotNull(seen["url"]);
        }

        foreach (var reader in new[]
        {
            coach.Http, (await app.Member(agency, AgencyRole.Supervisor)).Http, (await app.Member(agency, AgencyRole.AgencyAdmin)).Http,
            await app.Client(agency, "credentials:read"), await app.Client(null, "credentials:read"),
        })
        {
            var seen = (await reader.Read(path)).Ok();
            Assert.Equal(("active", null, null, null),
                ((string)seen["state"]!, seen["evidence"], (string?)seen["url"], (bool?)seen["evidenceChanged"]));
            var listed = (await reader.Read($"{CredentialSteps.Credentials}?code={(string)seen["code"]!}")).Ok();
            Assert.Null(Assert.Single(listed["items"]!.AsArray())!["evidence"]);
        }

        foreach (var reader in new[]
        {
            (await app.Learner(cohort, "Sam Stranger")).Http, (await app.Member(other, AgencyRole.Supervisor)).Http,
            await app.Client(other, "credentials:read"),
        }) (await reader.Read(path)).Expect(HttpStatusCode.NotFound);
        (await (await app.Client(agency, "progress:read")).Read(path)).Expect(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task The_list_is_found_by_code_state_agency_and_last_day_and_goes_page_by_page()
    {
        var (agency, cohort) = (await app.Agency(), await app.Cohort());
        var code = await app.PublishAttested(CredentialSteps.NewCode(), months: 12);
        var paths = new List<string>();
        for (var i = 0; i < 3; i++)
        {
            var learner = await app.Learner(cohort, $"Lou Learner {i}", agencyId: i == 0 ? agency : null);
            paths.Add(await Issue(cohort, learner, code, attested: true));
            if (i < 2) (await learner.Http.Post($"{paths[i]}/accept")).Ok();
            FlowingClock.Advance(TimeSpan.FromDays(10));
        }

        Assert.Equal([2, 1, 0], await Found(""));
        Assert.Equal([2], await Found("&status=offered"));
        Assert.Equal([1, 0], await Found("&status=active"));
        Assert.Equal([0], await Found($"&agency={agency}"));
        Assert.Equal([0], await Found("&expiresBefore=2028-02-02"));
        Assert.Equal([1, 0], await Found("&expiresBefore=2028-02-12"));
        FlowingClock.Set(new(2028, 2, 5, 0, 0, 0, TimeSpan.Zero));
        Assert.Equal([0], await Found("&status=expired"));
        Assert.Equal([1], await Found("&status=active"));
        (await cohort.Lead.Http.Read($"{CredentialSteps.Credentials}?expiresBefore=soon")).Expect(HttpStatusCode.UnprocessableEntity);

        var seen = new List<int>();
        for (string? cursor = ""; cursor is not null;)
        {
            var page = (await cohort.Lead.Http.Read(
                $"{CredentialSteps.Credentials}?code={code}&limit=1{(cursor.Length > 0 ? $"&cursor={cursor}" : "")}")).Ok();
            seen.Add(paths.IndexOf($"{CredentialSteps.Credentials}/{(Guid)Assert.Single(page["items"]!.AsArray())!["id"]!}"));
            cursor = (string?)page["next"];
        }

        Assert.Equal([2, 1, 0], seen);

        async Task<IEnumerable<int>> Found(string filter) =>
            (await cohort.Lead.Http.Read($"{CredentialSteps.Credentials}?code={code}{filter}")).Ok()["items"]!.AsArray()
                .Select(c => paths.IndexOf($"{CredentialSteps.Credentials}/{(Guid)c!["id"]!}"));
    }

    private static async Task<string> Issue(TestCohort cohort, TestLearner learner, string code, bool attested = false) =>
        (await cohort.Lead.Http.Issue(code, learner, attested)).Expect(HttpStatusCode.Created).Headers["Location"];

    private static async Task Appoint(TestPerson admin, Guid raterId, string instrument) =>
        (await admin.Http.Put($"/v1/fidelity/raters/{raterId}", new { instrument, reason = "Trained by the authors of the form." })).Ok();

    private static Task<string> Lock(TestPerson rater, TestLearner learner, string form, IReadOnlyList<string> items, char each) =>
        Lock(rater, learner, form, items, new string(each, items.Count));

    private static async Task<string> Lock(
        TestPerson rater, TestLearner learner, string form, IReadOnlyList<string> items, string digits)
    {
        var path = (await rater.Http.Post(FidelitySteps.Reviews, FidelitySteps.Begun(learner.Id, instrument: form)))
            .Expect(HttpStatusCode.Created).Headers["Location"];
        (await rater.Http.Put(path, new { ratings = FidelitySteps.Ratings(digits, items) }, ("If-Match", "*"))).Ok();
        (await rater.Http.Post($"{path}/submit")).Ok();
        return path;
    }

    /// <summary>Completes every unit, and has the reflections of the anchor units accepted.</summary>
    private static async Task Complete(TestCohort cohort, TestLearner learner)
    {
        var journey = (await learner.Http.Read(learner.Journey)).Ok();
        var units = journey["modules"]!.AsArray().SelectMany(m => m!["units"]!.AsArray()).ToList();
        foreach (var unit in units.Select(u => (string)u!["slug"]!))
            (await learner.Http.Post($"{learner.Unit(unit)}/complete", Given.IfThen())).Ok();
        var course = CurriculumParser.Read(ContentFiles.FromFolder(ContentCopy.Original)).Curricula.Single(c => c.Slug == Given.Course);
        foreach (var anchor in course.Curriculum.Units.Where(u => u.IsAnchor))
        {
            var revision = await learner.HandIn(anchor.Slug);
            var isClosing = anchor.Assignment.Rubric.Reviewers == 2;
            foreach (var reviewer in isClosing ? new[] { cohort.Instructor, cohort.Lead } : [cohort.Instructor])
                (await reviewer.Review(revision, ReflectionSteps.Judgement(score: 3, forClosing: isClosing))).Ok();
        }
    }
}
