using System.Net;
using MiiWrap.Learning.Domain.Cohorts;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Features.Fidelity;

/// <summary>How alike two people rate who did not see each other's ratings, for who teaches them and for the programme.</summary>
[StandingClock(YearsLater = true)]
public sealed class MeasureFidelityAgreementTests(LearningApp app)
{
    private const string Path = "/v1/fidelity/agreement";

    public static TheoryData<string, string, string, int, int, double, double, double?> Vectors => new()
    {
        { "tpo-1", "2232223122213-2232122222221-", "22322231232122223212222-2221", 25, 3, .88, 1, .8 },
        { "tpo-1", "3211221023211222321122222121", "2132230122201223311212222022", 28, 0, .4643, .9643, .4615 },
        { "tpo-1", "2222222222222222222222222222", "2222222222222222222222222222", 28, 0, 1, 1, null },
        { "tpo-1", "2222222222222222222222222222", "3333333333333333333333333333", 28, 0, 0, 1, 0 },
        { "cso-1", "3234322", "2224332", 7, 0, .5714, 1, null },
    };

    [Theory]
    [MemberData(nameof(Vectors))]
    public async Task A_pair_shows_these_figures(
        string instrument, string first, string second, int items, int mismatches, double exact, double withinOne, double? kappa)
    {
        var cohort = await app.Cohort();
        var learner = await app.Learner(cohort);
        var codes = instrument == FidelitySteps.Form ? FidelitySteps.Items : FidelitySteps.SessionItems;
        await cohort.Instructor.LockPair(cohort.Lead, learner.Id, first, second, instrument, codes);
        var path = $"{Path}?instrument={instrument}&cohort={cohort.Id}";
        var shown = (await cohort.Instructor.Http.Read(path)).Ok();
        Assert.Equal((1, items, mismatches, exact, withinOne, kappa), ((int)shown["pairs"]!, (int)shown["items"]!,
            (int)shown["mismatches"]!, (double)shown["exact"]!, (double)shown["withinOne"]!, (double?)shown["kappa"]));
        Assert.Equal((1, 1.0, 0.2, null), ((int)shown["samples"]!, (double)shown["doubleRatedShare"]!, (double)shown["doubleRatedAim"]!,
            (string?)shown["reason"]));
        Assert.Equal(HttpStatusCode.NotModified, (await cohort.Instructor.Http.Read(path, ("If-None-Match", shown.ETag!))).Status);
        // Without a cohort it is over all that the caller teaches.
        var all = (await cohort.Lead.Http.Read($"{Path}?instrument={instrument}")).Ok();
        Assert.Equal((null, exact), ((Guid?)all["cohort"], (double)all["exact"]!));
    }

    [Fact]
    public async Task What_two_have_rated_is_one_of_the_samples_and_what_learners_rate_themselves_is_none()
    {
        var cohort = await app.Cohort();
        var learner = await app.Learner(cohort);
        var path = $"{Path}?instrument=tpo-1&cohort={cohort.Id}";
        var none = (await cohort.Lead.Http.Read(path)).Ok();
        Assert.Equal((0, 0, null, null), ((int)none["pairs"]!, (int)none["samples"]!, (double?)none["doubleRatedShare"],
            (double?)none["exact"]));
        await cohort.Instructor.LockPair(cohort.Lead, learner.Id, new('2', 28), new('2', 28));
        for (var i = 0; i < 3; i++) await cohort.Instructor.Http.LockReview(learner.Id);
        await cohort.Instructor.Http.BeginReview(learner.Id);
        await cohort.Instructor.BeginPair(cohort.Lead, learner.Id);
        var own = (await learner.Http.Post(FidelitySteps.Reviews, FidelitySteps.Begun(learner.Id, "self"))).Expect(HttpStatusCode.Created);
        (await learner.Http.Post($"{own.Headers["Location"]}/submit")).Ok();
        var shown = (await cohort.Lead.Http.Read(path)).Ok();
        Assert.Equal((1, 4, 0.25), ((int)shown["pairs"]!, (int)shown["samples"]!, (double)shown["doubleRatedShare"]!));
        Assert.NotEqual(none.ETag, shown.ETag);
    }

    [Fact]
    public async Task A_cohort_is_measured_by_who_teaches_it_and_without_the_learners_of_an_agency_of_theirs()
    {
        var (cohort, agency, elsewhere) = (await app.Cohort(), await app.Agency(), await app.Cohort());
        var (learner, theirs) = (await app.Learner(cohort), await app.Learner(cohort, agencyId: agency));
        var supervisor = await app.Member(agency, AgencyRole.Supervisor);
        await cohort.Instructor.LockPair(cohort.Lead, learner.Id, new('2', 28), new('2', 28));
        await cohort.Instructor.LockPair(cohort.Lead, theirs.Id, new('2', 28), new('3', 28));
        var path = $"{Path}?instrument=tpo-1&cohort={cohort.Id}";
        foreach (var other in new[] { learner.Http, elsewhere.Lead.Http, supervisor.Http })
            (await other.Read(path)).Expect(HttpStatusCode.NotFound, "cohort.notFound");
        Assert.Equal(0, (int)(await learner.Http.Read($"{Path}?instrument=tpo-1")).Ok()["pairs"]!);
        Assert.Equal(0, (int)(await elsewhere.Lead.Http.Read($"{Path}?instrument=tpo-1")).Ok()["pairs"]!);
        Assert.Equal((2, 0.5), await Shown(cohort.Lead.Http, path));
        (await cohort.Lead.Http.Patch(cohort.Path, new { instructors = new[] { cohort.Instructor.Id, supervisor.Id } })).Ok();
        Assert.Equal((1, 1.0), await Shown(supervisor.Http, path));
    }

    [Fact]
    public async Task Of_few_learners_whom_they_do_not_teach_a_programme_admin_is_told_no_agreement()
    {
        var (code, admin) = (SmallForm.NewCode(), await app.Admin());
        (await admin.Http.Post($"/v1/fidelity/instruments/{code}/versions", SmallForm.Body(SmallForm.Of(code))))
            .Expect(HttpStatusCode.Created);
        var (large, small) = (await app.Cohort(), await app.Cohort());
        string Of(TestCohort? cohort) => $"{Path}?instrument={code}{(cohort is null ? "" : $"&cohort={cohort.Id}")}";
        async Task Rate(TestCohort cohort, int learners)
        {
            for (var i = 0; i < learners; i++)
                await cohort.Instructor.LockPair(cohort.Lead, (await app.Learner(cohort)).Id, "22", "21", code, ["A1", "A2"]);
        }

        await Rate(large, 4);
        foreach (var cohort in new[] { null, large })
        {
            var few = (await admin.Http.Read(Of(cohort))).Ok();
            Assert.Equal((4, 4, null, null, null, "fewerThanFiveLearners"), ((int)few["pairs"]!, (int)few["samples"]!,
                (double?)few["exact"], (int?)few["items"], (int?)few["mismatches"], (string)few["reason"]!));
        }

        // Who teaches them sees each by name.
        Assert.Equal((4, 0.5), await Shown(large.Lead.Http, Of(large)));
        await Rate(large, 1);
        Assert.Equal((5, 0.5), await Shown(admin.Http, Of(null)));
        Assert.Equal((5, 0.5), await Shown(admin.Http, Of(large)));
        // Less the large cohort, the whole would tell of the small one.
        await Rate(small, 2);
        Assert.Equal((7, 0.5), await Shown(admin.Http, Of(null)));
        Assert.Equal((5, null), await Shown(admin.Http, Of(large)));
        Assert.Equal((2, null), await Shown(admin.Http, Of(small)));
        await Rate(small, 3);
        Assert.Equal((5, 0.5), await Shown(admin.Http, Of(large)));
        Assert.Equal((5, 0.5), await Shown(admin.Http, Of(small)));
    }

    [Theory]
    [InlineData("", HttpStatusCode.UnprocessableEntity, "request.invalid")]
    [InlineData("?instrument=", HttpStatusCode.UnprocessableEntity, "request.invalid")]
    [InlineData("?instrument=none-1", HttpStatusCode.UnprocessableEntity, "instrument.unknown")]
    [InlineData("?instrument=tpo-1&cohort=rubbish", HttpStatusCode.BadRequest, null)]
    [InlineData("?instrument=tpo-1&cohort=01a5ba5a-f180-7000-8000-000000000001", HttpStatusCode.NotFound, "cohort.notFound")]
    public async Task What_cannot_be_measured_is_refused_by_its_name(string query, HttpStatusCode status, string? code) =>
        (await (await app.Admin()).Http.Read(Path + query)).Expect(status, code);

    private static async Task<(int Pairs, double? Exact)> Shown(HttpClient reader, string path)
    {
        var shown = (await reader.Read(path)).Ok();
        return ((int)shown["pairs"]!, (double?)shown["exact"]);
    }
}
