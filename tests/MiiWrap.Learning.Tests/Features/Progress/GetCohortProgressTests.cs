using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using MiiWrap.Learning.Api.Content;
using MiiWrap.Learning.Domain.Enrolments;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Features.Progress;

/// <summary>Staff follow how a cohort is doing; supervisors see their own agency's learners and no small figures.</summary>
[StandingClock(YearsLater = true)]
public sealed class GetCohortProgressTests(LearningApp app)
{
    // The cohort is in its seventh week: two modules of four units are over.
    private static readonly DateTimeOffset Now = FlowingClock.LaterMonday.AddDays(42);

    [Fact]
    public async Task Each_status_is_the_rule_of_the_domain_and_the_summary_counts_them()
    {
        var (cohort, expected) = await Varied();
        var progress = (await cohort.Instructor.Http.Read($"{cohort.Path}/progress")).Ok();
        var items = Items(progress);
        Assert.Equal(expected.OrderBy(e => e.Key),
            items.Select(i => KeyValuePair.Create((string)i["learner"]!["name"]!, (string)i["status"]!)).OrderBy(i => i.Key));
        Assert.Equal(5, expected.Values.Distinct().Count());

        var summary = progress["summary"]!;
        foreach (var status in Enum.GetNames<PaceStatus>().Select(JsonNamingPolicy.CamelCase.ConvertName))
        {
            var count = expected.Values.Count(s => s == status);
            Assert.Equal(count, (int)summary[status]!);
            var filtered = Items((await cohort.Instructor.Http.Read($"{cohort.Path}/progress?status={status}")).Ok());
            Assert.Equal(count, filtered.Count);
            Assert.All(filtered, i => Assert.Equal(status, (string)i["status"]!));
        }

        Assert.Equal((expected.Count, expected.Count - 2), ((int)summary["learners"]!, (int)summary["active"]!));
        Assert.All(items, i => Assert.NotEmpty((string)i["statusReason"]!));
    }

    [Fact]
    public async Task The_list_is_by_name_and_is_walked_page_by_page()
    {
        var (cohort, expected) = await Varied();
        var names = new List<string>();
        string? cursor = null;
        do
        {
            var page =
                (await cohort.Lead.Http.Read($"{cohort.Path}/progress?limit=2&sort=name{(cursor is null ? "" : $"&cursor={cursor}")}"))
                    .Ok();
            names.AddRange(Items(page).Select(i => (string)i["learner"]!["name"]!));
            cursor = (string?)page["next"];
        }
        while (cursor is not null);
        Assert.Equal(expected.Keys.Order(StringComparer.Ordinal), names);
    }

    [Theory]
    [InlineData("?status=asleep")]
    [InlineData("?sort=age")]
    [InlineData("?limit=0")]
    [InlineData("?cursor=%20")]
    public async Task A_wrong_filter_is_refused(string query)
    {
        var cohort = await app.Cohort();
        (await cohort.Lead.Http.Read($"{cohort.Path}/progress{query}")).Expect(HttpStatusCode.UnprocessableEntity, "request.invalid");
    }

    [Fact]
    public async Task An_empty_cohort_has_no_percentage_to_speak_of()
    {
        var cohort = await app.Cohort();
        var progress = (await cohort.Lead.Http.Read($"{cohort.Path}/progress")).Ok();
        Assert.Equal((0, 0), ((int)progress["summary"]!["learners"]!, (int)progress["summary"]!["completionPercent"]!));
        Assert.Empty(Items(progress));
    }

    [Fact]
    public async Task A_supervisor_sees_their_own_agency_alone()
    {
        var cast = await RolePeople.Of(app);
        var lead = cast.As(Role.Lead);
        (await lead.Post($"{cast.Cohort}/enrolments",
            new { learners =
                new[] { new { email = Given.Address(), name = "From Elsewhere", timeZone = Given.Zone, agencyId = cast.OtherAgencyId } } }))
                    .Ok();

        Assert.Equal(2, Items((await lead.Read($"{cast.Cohort}/progress")).Ok()).Count);
        foreach (var role in new[] { Role.Supervisor, Role.AgencyAdmin })
        {
            var seen = (await cast.As(role).Read($"{cast.Cohort}/progress")).Ok();
            Assert.Equal(cast.EnrolmentId, (Guid)Assert.Single(Items(seen))["enrolmentId"]!);
            Assert.Equal(1, (int)seen["summary"]!["learners"]!);
        }

        Assert.Equal("From Elsewhere",
            (string)Assert
                .Single(Items((await cast.As(Role.SupervisorElsewhere).Read($"{cast.Cohort}/progress")).Ok()))["learner"]!["name"]!);
    }

    [Fact]
    public async Task Fewer_than_five_learners_show_no_transfer_to_a_supervisor()
    {
        var cast = await RolePeople.Of(app);
        (await cast.As(Role.Learner).Post($"{cast.Unit}/complete", Given.IfThen())).Ok();
        FlowingClock.Advance(TimeSpan.FromDays(40));
        var supervisor = (await cast.As(Role.Supervisor).Read($"{cast.Cohort}/progress")).Ok();
        Assert.Null(supervisor["summary"]!["transfer"]!["denominator"]);
        Assert.Null(Items(supervisor)[0]["transfer"]!["denominator"]);
        var lead = (await cast.As(Role.Lead).Read($"{cast.Cohort}/progress")).Ok();
        Assert.Equal((0, 1), ((int)lead["summary"]!["transfer"]!["numerator"]!, (int)lead["summary"]!["transfer"]!["denominator"]!));
    }

    /// <summary>Learners of every pace, with the status that the domain gives them.</summary>
    private async Task<(TestCohort Cohort, Dictionary<string, string> Expected)> Varied()
    {
        var start = DateOnly.FromDateTime(FlowingClock.LaterMonday.UtcDateTime);
        var cohort = await app.Cohort("open", start);
        var curriculum =
            (await app.InDb(db => app.Services.GetRequiredService<CurriculumLibrary>()
                .Find(db, Given.Course, null, TestContext.Current.CancellationToken)))!;
        var units = curriculum.Units.Select(u => u.Slug).ToList();
        var due = Pace.Expected(curriculum, start, start.AddDays(42));
        Assert.Equal(9, due);

        var expected = new Dictionary<string, string>();
        foreach (var (name, completed, daysAgo) in new[]
        {
            ("Ahead", due + 2, 1), ("Exactly", due, 30), ("One short", due - 1, 1), ("Two short", due - 2, 1), ("Three short", due - 3, 1),
            ("Four short", due - 4, 1), ("One short and silent", due - 1, 21), ("Nearly silent", due - 1, 20), ("Nothing yet", 0, 42),
            ("Gone", 3, 10), ("All done", units.Count, 2),
        })
        {
            FlowingClock.Set(FlowingClock.LaterMonday);
            var learner = await app.Learner(cohort, name);
            FlowingClock.Set(Now.AddDays(-daysAgo));
            foreach (var unit in units.Take(completed)) (await learner.Http.Post($"{learner.Unit(unit)}/complete", Given.IfThen())).Ok();
            if (name == "Gone") await app.Withdraw(learner);
            var status = name == "Gone" ? EnrolmentStatus.Withdrawn : completed == units.Count
                ? EnrolmentStatus.Completed
                : EnrolmentStatus.Active;
            expected[name] = JsonNamingPolicy.CamelCase
                .ConvertName(Pace.Of(status, completed, units.Count, due, daysAgo).Status.ToString());
        }

        FlowingClock.Set(Now);
        return (cohort, expected);
    }

    private static List<JsonNode> Items(Answer progress) => [.. progress["items"]!.AsArray().Select(i => i!)];
}
