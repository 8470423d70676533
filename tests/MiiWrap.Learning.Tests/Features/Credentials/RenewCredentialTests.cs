using System.Net;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Features.Credentials;

/// <summary>A credential is renewed in its time, with evidence of its own term, and revoked for good.</summary>
[StandingClock]
public sealed class RenewCredentialTests(LearningApp app)
{
    [Fact]
    public async Task It_is_renewed_from_90_days_before_its_end_and_no_day_is_lost()
    {
        FlowingClock.Set(new(2027, 3, 31, 15, 0, 0, TimeSpan.Zero));
        var cohort = await app.Cohort();
        var learner = await app.Learner(cohort);
        var path = await app.Award(cohort, learner);
        Assert.Equal("2028-09-30", await ValidUntil(learner, path));

        FlowingClock.Set(new(2028, 7, 1, 23, 59, 59, TimeSpan.Zero));
        var early = (await Renew(cohort, path)).Expect(HttpStatusCode.Conflict);
        Assert.Equal(("credential.renewal.early", "2028-07-02"), ((string)early["code"]!, (string)early["opensOn"]!));
        FlowingClock.Advance(TimeSpan.FromSeconds(1));
        var renewed = (await Renew(cohort, path)).Ok();
        Assert.Equal(("active", "2030-03-30"), ((string)renewed["state"]!, (string)renewed["validUntil"]!));
        // The next term has its own time.
        Assert.Equal("credential.renewal.early", (string)(await Renew(cohort, path)).Expect(HttpStatusCode.Conflict)["code"]!);
        Assert.Equal(["credential.issued", "credential.renewed"], (await app.EventsOf(learner.Id)).Select(e => e.Type)
            .Where(t => t.StartsWith("credential.", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task In_its_grace_it_goes_on_from_that_day_and_after_it_is_issued_afresh()
    {
        FlowingClock.Set(new(2027, 3, 31, 15, 0, 0, TimeSpan.Zero));
        var cohort = await app.Cohort();
        var (learner, other) = (await app.Learner(cohort), await app.Learner(cohort, "Olu Other"));
        var (path, lapsed) = (await app.Award(cohort, learner), await app.Award(cohort, other));
        FlowingClock.Set(new(2028, 11, 29, 23, 0, 0, TimeSpan.Zero));
        Assert.Equal("expired", (string)(await learner.Http.Read(path)).Ok()["state"]!);
        Assert.Equal("2030-05-29", (string)(await Renew(cohort, path)).Ok()["validUntil"]!);

        FlowingClock.Advance(TimeSpan.FromHours(1));
        var late = (await other.Http.Read(lapsed)).Ok();
        Assert.Equal("lapsed", (string)late["state"]!);
        Assert.Equal("credential.lapsed", (string)(await Renew(cohort, lapsed)).Expect(HttpStatusCode.Conflict)["code"]!);
        // Nothing has turned it yet, and still it is in nobody's way.
        (await cohort.Lead.Http.Issue((string)late["code"]!, other)).Expect(HttpStatusCode.Created);
    }

    [Fact]
    public async Task A_renewal_needs_evidence_of_the_term_that_ends()
    {
        var cohort = await app.Cohort();
        var (learner, coach) = (await app.Learner(cohort), cohort.Instructor.Http);
        const string Contacts = "- observedContacts: {atLeast: 2, withinWeeks: 24}";
        var code = CredentialSteps.NewCode();
        await app.Publish(code, CredentialSteps.Of(code, Contacts, Contacts, months: 12));
        await Contact(2);
        var path = (await cohort.Lead.Http.Issue(code, learner)).Expect(HttpStatusCode.Created).Headers["Location"];
        FlowingClock.Advance(TimeSpan.FromDays(1));
        (await learner.Http.Post($"{path}/accept")).Ok();

        FlowingClock.Advance(TimeSpan.FromDays(300));
        var refused = (await Renew(cohort, path)).Expect(HttpStatusCode.Conflict);
        Assert.Equal(("credential.unmet", 0), ((string)refused["code"]!, (int)refused["missing"]![0]!["have"]!));
        var progress = (await learner.Http.Read($"{learner.Journey}/credentials/{code}")).Ok();
        Assert.Equal((true, 0, 1, false), ((bool)progress["isRenewal"]!, (int)progress["have"]!, (int)progress["need"]!,
            (bool)progress["met"]!));
        await Contact(2);
        var renewed = (await Renew(cohort, path)).Ok();
        Assert.Equal(2, renewed["evidence"]![0]!["items"]!.AsArray().Count);

        async Task Contact(int times)
        {
            for (var i = 0; i < times; i++)
            {
                await coach.Log(CoachingSteps.Part(learner.Id, observed: true, feedback: true));
                FlowingClock.Advance(TimeSpan.FromDays(1));
            }
        }
    }

    [Fact]
    public async Task One_that_was_not_accepted_or_holds_for_good_is_not_renewed()
    {
        var cohort = await app.Cohort();
        var learner = await app.Learner(cohort);
        var code = CredentialSteps.NewCode();
        await app.Publish(code, CredentialSteps.Of(code, "- attestation: {by: lead, words: So it is.}"));
        var path = (await cohort.Lead.Http.Issue(code, learner)).Expect(HttpStatusCode.Created).Headers["Location"];
        Assert.Equal("credential.notAccepted", (string)(await Renew(cohort, path)).Expect(HttpStatusCode.Conflict)["code"]!);
        var accepted = (await learner.Http.Post($"{path}/accept")).Ok();
        Assert.Equal((null, null), ((string?)accepted["validUntil"], (string?)accepted["renewableFrom"]));
        Assert.Equal("credential.noTerm", (string)(await Renew(cohort, path)).Expect(HttpStatusCode.Conflict)["code"]!);
    }

    [Fact]
    public async Task Revoked_is_for_good_and_never_ones_own()
    {
        var (cohort, admin) = (await app.Cohort(), await app.Admin());
        var learner = await app.Learner(cohort);
        var path = await app.Award(cohort, learner);
        var why = new { reason = "Two of the reviews were of other meetings." };
        Assert.Equal("role.required", (string)(await cohort.Lead.Http.Post($"{path}/revoke", why)).Expect(HttpStatusCode.Forbidden)["code"]!);
        var revoked = (await admin.Http.Post($"{path}/revoke", why)).Ok();
        Assert.Equal("revoked", (string)revoked["state"]!);
        Assert.Equal(why.reason, (string)(await learner.Http.Read(path)).Ok()["revokeReason"]!);
        Assert.Equal("credential.revoked", (string)(await admin.Http.Post($"{path}/revoke", why)).Expect(HttpStatusCode.Conflict)["code"]!);
        Assert.Equal("credential.revoked", (string)(await Renew(cohort, path)).Expect(HttpStatusCode.Conflict)["code"]!);
        Assert.Equal("credential.revoked", (string)(await learner.Http.Post($"{path}/accept")).Expect(HttpStatusCode.Conflict)["code"]!);

        var own = await app.Admin();
        var enrolled = (await cohort.Lead.Http.Post($"{cohort.Path}/enrolments",
            new { learners = new[] { new { email = own.Email, name = own.Name, timeZone = Given.Zone } } })).Ok();
        var held = await app.Award(
            cohort, new(own.Id, own.Email, own.Name, own.Http, (Guid)enrolled["rows"]![0]!["enrolmentId"]!));
        Assert.Equal("credential.own", (string)(await own.Http.Post($"{held}/revoke", why)).Expect(HttpStatusCode.Forbidden)["code"]!);
    }

    private static Task<Answer> Renew(TestCohort cohort, string path) =>
        cohort.Lead.Http.Post($"{path}/renew", new { attested = true });

    private static async Task<string> ValidUntil(TestLearner learner, string path) =>
        (string)(await learner.Http.Read(path)).Ok()["validUntil"]!;
}
