using System.Text.Json.Nodes;
using MiiWrap.Learning.Api.Features.Nudges;
using MiiWrap.Learning.Domain.Messaging;
using MiiWrap.Learning.Tests.Conventions;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Features.Events;

/// <summary>Whoever generates types from the document has one for each kind of event, and what comes is of it.</summary>
[StandingClock]
public sealed class DescribeEventsTests(EventsApp app) : IClassFixture<EventsApp>
{
    private const string Unit = "2.4-watching-voice-and-power";

    [Fact]
    public async Task Each_type_is_a_webhook_and_a_kind_of_item()
    {
        var document = (await Session.Anonymous(app).Read("/openapi/v1.json")).Ok();
        Assert.Equal(EventTypes.All.Order(), document["webhooks"]!.AsObject().Select(w => w.Key).Order());
        var contract = new Fuzzing.Contract(document.Json);
        var schemas = document["components"]!["schemas"]!;
        var item = schemas["EventItem"]!;
        Assert.Equal("type", (string)item["discriminator"]!["propertyName"]!);
        Assert.Equal(EventTypes.All.Order(), item["discriminator"]!["mapping"]!.AsObject().Select(m => m.Key).Order());
        Assert.Equal(EventTypes.All.Count, item["oneOf"]!.AsArray().Count);
        foreach (var (type, webhook) in document["webhooks"]!.AsObject())
        {
            var message = webhook!["post"]!["requestBody"]!["content"]!["application/json"]!["schema"]!;
            Assert.Equal([type], message["properties"]!["type"]!["enum"]!.AsArray().Select(t => (string)t!));
            var example = webhook["post"]!["requestBody"]!["content"]!["application/json"]!["example"]!;
            Faults.None(contract.Breaches(example, message, type));
            var data = schemas[((string)message["properties"]!["data"]!["$ref"]!).Split('/')[^1]]!["properties"]!.AsObject();
            Assert.True(data.Count > 0, $"{type} carries nothing.");
        }
    }

    [Fact]
    public async Task What_happens_is_told_as_the_document_says()
    {
        var contract = new Fuzzing.Contract((await Session.Anonymous(app).Read("/openapi/v1.json")).Ok().Json);
        var (admin, cohort) = (await app.Admin(), await app.Cohort());
        var (learner, other) = (await app.Learner(cohort), await app.Learner(cohort, agencyId: await app.Agency()));
        (await learner.Http.Post($"{learner.Unit(Unit)}/complete", Given.IfThen())).Ok();
        (await cohort.Instructor.Review(await learner.HandIn(), ReflectionSteps.Judgement())).Ok();
        FlowingClock.Advance(TimeSpan.FromDays(9));
        await app.Send(new SendDueNudges { PersonId = learner.Id });
        var nudge = (Guid)(await learner.Http.Read("/v1/nudges?status=sent")).Ok()["items"]![0]!["id"]!;
        (await learner.Http.Post($"/v1/nudges/{nudge}/response", new { outcome = "applied" })).Ok();
        (await cohort.Lead.Http.Post($"{cohort.Path}/reschedule", new { startsOn = "2027-02-08" })).Ok();
        (await cohort.Lead.Http.Post($"/v1/enrolments/{other.EnrolmentId}/withdraw")).Ok();
        var leads = new { leads = new[] { cohort.Lead.Id, (await app.Person()).Id } };
        (await admin.Http.Patch(cohort.Path, leads)).Ok();

        var seen = (await admin.Http.Read("/v1/events?limit=200")).Ok()["items"]!.AsArray().Select(e => e!.AsObject()).ToList();
        Assert.Superset(
            new HashSet<string>
            {
                "unit.started", "unit.completed", "reflection.submitted", "reflection.reviewed", "nudge.sent", "nudge.answered",
                "enrolment.created", "enrolment.withdrawn", "cohort.rescheduled", "cohort.staffChanged",
            },
            seen.Select(e => (string)e["type"]!).ToHashSet());
        Faults.None(seen.SelectMany(e => contract.Breaches(e, Reference("EventItem")).Concat(BreachesOfKind(contract, e))));
    }

    /// <summary>That it is none of oneOf would not say why.</summary>
    private static IEnumerable<string> BreachesOfKind(Fuzzing.Contract contract, JsonObject happened)
    {
        var name = string.Concat(((string)happened["type"]!).Split('.').Select(p => $"{char.ToUpperInvariant(p[0])}{p[1..]}"));
        return contract.Breaches(happened, Reference($"{name}Event"), (string)happened["type"]!);
    }

    private static JsonObject Reference(string schema) => new() { ["$ref"] = $"#/components/schemas/{schema}" };
}
