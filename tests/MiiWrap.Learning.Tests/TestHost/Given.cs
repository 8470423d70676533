using System.Net;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MiiWrap.Learning.Api.Data.Entities;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Cohorts;

namespace MiiWrap.Learning.Tests.TestHost;

/// <summary>Someone of a test, with a client that speaks as them.</summary>
public sealed record TestPerson(Guid Id, string Email, string Name, HttpClient Http);

/// <summary>A learner of a test with their enrolment.</summary>
public sealed record TestLearner(Guid Id, string Email, string Name, HttpClient Http, Guid EnrolmentId)
{
    public string Journey => $"/v1/enrolments/{EnrolmentId}";

    public string Unit(string slug) => $"{Journey}/units/{slug}";
}

/// <summary>A cohort of a test with its people.</summary>
public sealed record TestCohort(Guid Id, TestPerson Lead, TestPerson Instructor)
{
    public string Path => $"/v1/cohorts/{Id}";
}

/// <summary>Makes what a test needs, each time anew, so that no two tests see one another.</summary>
public static class Given
{
    public const string Password = "a-long-enough-password";
    public const string Course = "miiwrap-coaching-cohort";
    public const string FacilitatorCourse = "facilitator-foundations";
    public const string FirstModule = "coaching-as-the-bridge";
    public const string SecondModule = "seeing-practice-clearly";
    public const string Zone = "America/Chicago";

    /// <summary>An address that no other test has.</summary>
    public static string Address(string name = "person") => $"{name}-{Guid.NewGuid():N}@example.org";

    public static async Task<TestPerson> Person(
        this LearningApp app, string name = "Pat Person", bool isProgramAdmin = false, string zone = Zone, string? email = null)
    {
        email ??= Address();
        await using var scope = app.Services.CreateAsyncScope();
        var people = scope.ServiceProvider.GetRequiredService<UserManager<Person>>();
        var person = Api.Data.Entities.Person.Create(email, name, zone, FlowingClock.Now.UtcDateTime);
        person.IsProgramAdmin = isProgramAdmin;
        Assert.True((await people.CreateAsync(person, Password)).Succeeded);
        return new(person.Id, email, name, Session.Of(app, email));
    }

    public static Task<TestPerson> Admin(this LearningApp app) => app.Person("Ada Admin", isProgramAdmin: true);

    /// <summary>A name that no other agency has.</summary>
    public static string AgencyName(string name = "Riverbend") => $"{name} {Guid.NewGuid():N}";

    /// <summary>An agency of its own.</summary>
    public static async Task<Guid> Agency(this LearningApp app) =>
        (Guid)(await (await app.Admin()).Http.Post("/v1/agencies", new { name = AgencyName() }))
            .Expect(System.Net.HttpStatusCode.Created)["id"]!;

    /// <summary>Somebody who has a part in running an agency.</summary>
    public static async Task<TestPerson> Member(this LearningApp app, Guid agencyId, AgencyRole role)
    {
        var person = await app.Person($"Mia {role}");
        (await (await app.Admin()).Http.Put($"/v1/agencies/{agencyId}/people/{person.Id}", new { role = EnumNames.NameOf(role) }))
            .Expect(System.Net.HttpStatusCode.NoContent);
        return person;
    }

    /// <summary>A cohort that a programme admin has opened over the API.</summary>
    public static async Task<TestCohort> Cohort(
        this LearningApp app, string gate = "open", DateOnly? startsOn = null, string? name = null, string curriculum = Course,
        string zone = Zone)
    {
        var (admin, lead, instructor) = (await app.Admin(), await app.Person("Lee Lead"), await app.Person("Ines Instructor"));
        var created = await admin.Http.Post("/v1/cohorts", new
        {
            name = name ?? $"Cohort {Guid.NewGuid():N}",
            curriculum,
            startsOn = (startsOn ?? Domain.Common.Zones.LocalDate(FlowingClock.Now.UtcDateTime, Domain.Common.Zones.Find(zone)))
                .ToString("yyyy-MM-dd"),
            timeZone = zone,
            gate,
            instructors = new[] { instructor.Id },
            leads = new[] { lead.Id },
        });
        created.Expect(System.Net.HttpStatusCode.Created);
        return new((Guid)created["id"]!, lead, instructor);
    }

    /// <summary>A learner whom the lead has enrolled over the API, with a password of their own.</summary>
    public static async Task<TestLearner> Learner(
        this LearningApp app, TestCohort cohort, string name = "Lou Learner", string zone = Zone, Guid? agencyId = null)
    {
        var person = await app.Person(name, zone: zone);
        var answer =
            (await cohort.Lead.Http.Post($"{cohort.Path}/enrolments",
                new { learners = new[] { new { email = person.Email, name, timeZone = zone, agencyId } } })).Ok();
        return new(person.Id, person.Email, name, person.Http, (Guid)answer["rows"]![0]!["enrolmentId"]!);
    }

    /// <summary>A learner in a cohort of their own.</summary>
    public static async Task<TestLearner> Learner(this LearningApp app) => await app.Learner(await app.Cohort());

    /// <summary>
    /// Enrols an address that is known elsewhere, as an agency's program does: the enrolment that is offered, and who stands in there. The
    /// agency has learners in the cohort already.
    /// </summary>
    public static async Task<(Guid Enrolment, Guid StandIn)> Offer(this LearningApp app, TestCohort cohort, Guid agencyId, string email)
    {
        var id = (Guid)(await (await app.Client(agencyId, "enrolments:write")).Post($"{cohort.Path}/enrolments",
            new { learners = new[] { new { email, name = "Kim", timeZone = Zone, agencyId } } })).Ok()["rows"]![0]!["enrolmentId"]!;
        return (id, await app.InDb(db => db.Enrolments.Where(e => e.Id == id).Select(e => e.PersonId).SingleAsync()));
    }

    /// <summary>The caller accepts what an agency's program offers them.</summary>
    public static Task<Answer> Accept(this HttpClient person, Guid enrolmentId) =>
        person.Post($"/v1/me/enrolment-offers/{enrolmentId}/accept");

    /// <summary>A server-side client with these scopes, of an agency or of the programme.</summary>
    public static async Task<HttpClient> Client(this LearningApp app, Guid? agencyId, params string[] scopes)
    {
        var made = (await (await app.Admin()).Http.Post("/v1/clients", new { name = $"Client {Guid.NewGuid():N}", scopes, agencyId }))
            .Expect(HttpStatusCode.Created);
        return ClientSession.Of(app, (Guid)made["id"]!, (string)made["secret"]!);
    }

    /// <summary>Ends an enrolment before its time.</summary>
    public static Task<int> Withdraw(this LearningApp app, TestLearner learner) => app.InDb(async db =>
    {
        var enrolment = await db.Enrolments.SingleAsync(e => e.Id == learner.EnrolmentId, TestContext.Current.CancellationToken);
        enrolment.Withdraw(FlowingClock.Now.UtcDateTime);
        return await db.SaveChangesAsync(TestContext.Current.CancellationToken);
    });

    /// <summary>A plan that satisfies every unit.</summary>
    public static object IfThen(string? plannedFor = null) =>
        new { ifThen = new { cue = "I open my notes", action = "I will ask before I tell", plannedFor } };
}
