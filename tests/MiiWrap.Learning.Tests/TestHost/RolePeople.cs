using System.Collections.Concurrent;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using MiiWrap.Learning.Api.Contracts;
using MiiWrap.Learning.Api.Data.Entities;
using MiiWrap.Learning.Api.Features.Nudges;
using MiiWrap.Learning.Domain.Cohorts;
using MiiWrap.Learning.Domain.Messaging;

namespace MiiWrap.Learning.Tests.TestHost;

/// <summary>Who may ask: one of each part that a person can have towards a cohort, and nobody at all.</summary>
public enum Role
{
    Anonymous,
    Learner,
    LearnerElsewhere,
    Instructor,
    Lead,
    Supervisor,
    AgencyAdmin,
    SupervisorElsewhere,
    ProgramAdmin,
    Client,
    EventsClient,
}

/// <summary>
/// A cohort of one learner, whose agency has a supervisor and an admin; and people of another agency, who have no part in it.
/// </summary>
public sealed class RolePeople
{
    public const string AnchorUnit = "1.4-coaching-agreement";
    private const string TwiceUnit = "2.4-watching-voice-and-power";

    // One hash for all: hashing is meant to be slow.
    private static readonly string Hash =
        new PasswordHasher<Person>(Options.Create(new PasswordHasherOptions { IterationCount = 1000 }))
            .HashPassword(new Person(), Given.Password);

    private readonly Dictionary<Role, TestPerson> people = [];
    private Guid? nudgeId;
    private string? draft;
    private string? coaching;
    private string? item;
    private string? session;
    private string? reviewDraft;
    private string? credential;
    private string? credentialPage;
    private string? lockedReview;
    private bool isReviewRead;
    private bool isRaterAppointed;
    private bool isPairLocked;
    private bool hasNotes;
    private bool isSessionOpened;
    private bool isSessionHeld;
    private string? webhook;
    private string? calendar;
    private string? material;
    private Guid? revision;
    private Guid? review;
    private Guid? conversation;
    private Guid? second;
    private bool broken;
    private Guid? sentBack;
    private bool held;
    private bool onLegalHold;
    private Guid? nextCohort;
    private bool hasWritten;
    private bool isOnLeave;
    private bool isClosed;

    private Authenticator? phone;
    private Queue<string>? recoveryCodes;

    private RolePeople(LearningApp app) => App = app;

    public LearningApp App { get; }

    public Guid AgencyId { get; private set; }

    public Guid OtherAgencyId { get; private set; }

    public Guid CohortId { get; private set; }

    public Guid EnrolmentId { get; private set; }

    public Guid EnrolmentElsewhereId { get; private set; }

    private static readonly ConcurrentQueue<string> Webhooks = new();
    private readonly Dictionary<Role, string> secrets = [];

    public string SecretOf(Role client) => secrets[client];

    public string Cohort => $"/v1/cohorts/{CohortId}";

    public string Enrolment => $"/v1/enrolments/{EnrolmentId}";

    public string Unit => $"{Enrolment}/units/{AnchorUnit}";

    /// <summary>The supervisor's part in the learner's agency.</summary>
    public string AgencyPerson => $"/v1/agencies/{AgencyId}/people/{people[Role.Supervisor].Id}";

    public TestPerson this[Role role] => people[role];

    public HttpClient As(Role role) => role == Role.Anonymous ? Session.Anonymous(App) : people[role].Http;

    public static async Task<RolePeople> Of(LearningApp app)
    {
        var cast = new RolePeople(app);
        await cast.Gather();
        (cast.CohortId, cast.EnrolmentId) = await cast.Open(Role.Instructor, Role.Lead, Role.Learner, cast.AgencyId);
        (_, cast.EnrolmentElsewhereId) = await cast.Open(null, null, Role.LearnerElsewhere, cast.OtherAgencyId);
        return cast;
    }

    /// <summary>The learner's next ask: the first of the anchor unit, which they complete for it.</summary>
    public async Task<Guid> Nudge() =>
        nudgeId ??= (Guid)(await As(Role.Learner).Post($"{Unit}/complete", Given.IfThen())).Ok()["nudges"]![0]!["id"]!;

    /// <summary>The anchor unit, completed.</summary>
    public async Task<string> Completed()
    {
        await Nudge();
        return Unit;
    }

    /// <summary>The follow-up of a learner who would like to talk.</summary>
    public async Task<Guid> FollowUp()
    {
        (await As(Role.Learner).Post($"/v1/nudges/{await Nudge()}/response", new { outcome = "applied", needHelp = true })).Ok();
        return (Guid)(await As(Role.Lead).Read($"{Cohort}/followups?status=open")).Ok()["items"]![0]!["id"]!;
    }

    /// <summary>The instructor coaches the learner.</summary>
    public async Task<string> Coaching() => coaching ??= $"/v1/coaching-relationships/{(Guid)(await As(Role.Lead).Post(
        "/v1/coaching-relationships", new { coachId = people[Role.Instructor].Id, coacheeId = people[Role.Learner].Id, cohortId = CohortId }))
        .Expect(System.Net.HttpStatusCode.Created)["id"]!}";

    /// <summary>What plans a session with the learner.</summary>
    public object SessionWithLearner(DateTimeOffset startsAt) =>
        new { mode = "live", startsAt, minutes = 45, participants = new[] { new { personId = people[Role.Learner].Id } } };

    /// <summary>The instructor's session with the learner, tomorrow or an hour ago.</summary>
    public async Task<string> CoachingSession(bool hasBegun = false) => session ??= $"/v1/coaching-sessions/{(Guid)(await As(Role.Instructor).Post(
        "/v1/coaching-sessions", SessionWithLearner(hasBegun ? FlowingClock.Now.AddHours(-1) : FlowingClock.Now.AddDays(1))))
        .Expect(System.Net.HttpStatusCode.Created)["id"]!}";

    /// <summary>A step for the learner.</summary>
    public object NewStep() => CoachingSteps.Step(EnrolmentId, people[Role.Learner].Id);

    /// <summary>A step that the instructor has written down for the learner.</summary>
    public async Task<string> ActionItem() => item ??=
        (await As(Role.Instructor).Post("/v1/action-items", NewStep())).Expect(System.Net.HttpStatusCode.Created).Headers["Location"];

    /// <summary>The same, agreed.</summary>
    public async Task<string> AgreedItem()
    {
        (await As(Role.Learner).Post($"{await ActionItem()}/agree", new { })).Ok();
        return item!;
    }

    /// <summary>The part of somebody from outside in rating the agency's learners.</summary>
    public string AgencyRater => $"/v1/agencies/{AgencyId}/raters/{people[Role.LearnerElsewhere].Id}";

    /// <summary>What the agency counts.</summary>
    public string Indicators => $"/v1/agencies/{AgencyId}/indicators";

    /// <summary>A month of the agency's.</summary>
    public static object Counted => new { rows = new[] { new { month = "2027-01", indicator = "families", value = 40 } } };

    /// <summary>What the agency counts, with a month in it.</summary>
    public async Task<string> RecordedMonth()
    {
        (await As(Role.ProgramAdmin).Post(Indicators, Counted)).Ok();
        return Indicators;
    }

    /// <summary>The instructor, as one who rates.</summary>
    public string Rater => $"/v1/fidelity/raters/{people[Role.Instructor].Id}";

    /// <summary>What appoints somebody to rate.</summary>
    public static object TrainedRater => new { instrument = "tpo-1", reason = "Trained by the authors of the form." };

    /// <summary>The instructor is calibrated by the programme admin's word.</summary>
    public async Task AppointedRater()
    {
        if (!isRaterAppointed) (await As(Role.ProgramAdmin).Put(Rater, TrainedRater)).Ok();
        isRaterAppointed = true;
    }

    /// <summary>Instructor and lead have rated the same talk of the learner's.</summary>
    public async Task BlindPair()
    {
        if (!isPairLocked)
            await people[Role.Instructor].LockPair(people[Role.Lead], people[Role.Learner].Id, new('2', 28), new('3', 28));
        isPairLocked = true;
    }

    /// <summary>The instructor's draft of a fidelity review of the learner, in which all is rated.</summary>
    public async Task<string> ReviewDraft() => reviewDraft ??= await As(Role.Instructor).BeginReview(people[Role.Learner].Id);

    /// <summary>The instructor's fidelity review of the learner, locked.</summary>
    public async Task<string> LockedReview() => lockedReview ??= await As(Role.Instructor).LockReview(people[Role.Learner].Id);

    /// <summary>The same, which the lead has read.</summary>
    public async Task<string> ReadReview()
    {
        var path = await LockedReview();
        if (!isReviewRead) (await As(Role.Lead).Read(path)).Ok();
        isReviewRead = true;
        return path;
    }

    /// <summary>What issues a credential to the learner.</summary>
    public async Task<object> NewCredential() =>
        CredentialSteps.Issued(await App.PublishAttested(CredentialSteps.Code), people[Role.Learner].Id, EnrolmentId);

    /// <summary>A credential that the lead has issued to the learner.</summary>
    public async Task<string> Credential() => credential ??=
        (await As(Role.Lead).Post("/v1/credentials", await NewCredential())).Expect(System.Net.HttpStatusCode.Created).Headers["Location"];

    /// <summary>The same, accepted.</summary>
    public async Task<string> AcceptedCredential()
    {
        var path = await Credential();
        if (credentialPage is null) credentialPage = new Uri((string)(await As(Role.Learner).Post($"{path}/accept")).Ok()["url"]!).PathAndQuery;
        return path;
    }

    /// <summary>The same, with its end in sight.</summary>
    public async Task<string> EndingCredential()
    {
        var path = await AcceptedCredential();
        var (id, last) = (Guid.Parse(path[^36..]), DateOnly.FromDateTime(FlowingClock.Now.UtcDateTime).AddDays(30));
        await App.InDb(db => db.Credentials.Where(c => c.Id == id).ExecuteUpdateAsync(
            c => c.SetProperty(x => x.ValidUntil, last).SetProperty(x => x.RenewableUntil, last.AddDays(60)),
            TestContext.Current.CancellationToken));
        return path;
    }

    /// <summary>The page of that one.</summary>
    public async Task<string> CredentialPage()
    {
        await AcceptedCredential();
        return credentialPage!;
    }

    /// <summary>A note for both, and feedback for the learner.</summary>
    public object NotesForLearner => new
    {
        note = "We listened to the first ten minutes.",
        feedback = new[] { new { personId = people[Role.Learner].Id, text = "You asked before you gave an idea." } },
    };

    /// <summary>The instructor's session with the learner, about which something was written.</summary>
    public async Task<string> SessionWithNotes()
    {
        var path = await CoachingSession();
        if (!hasNotes) (await As(Role.Instructor).Put($"{path}/notes", NotesForLearner, ("If-None-Match", "*"))).Ok();
        hasNotes = true;
        return path;
    }

    /// <summary>The same, which the programme admin has opened to themselves.</summary>
    public async Task<string> OpenedSession()
    {
        var path = await SessionWithNotes();
        if (!isSessionOpened)
            (await As(Role.ProgramAdmin).Post($"{path}/break-glass", new { reason = "The privacy officer asked.", hours = 1 })).Ok();
        isSessionOpened = true;
        return path;
    }

    /// <summary>The same on hold.</summary>
    public async Task<string> HeldSession()
    {
        var path = await OpenedSession();
        if (!isSessionHeld) (await As(Role.Learner).Post($"{path}/hold", new { reason = "The note names a family." })).Ok();
        isSessionHeld = true;
        return path;
    }

    /// <summary>The mail's way out.</summary>
    public string StopLink() => App.Services.GetRequiredService<OneTapLinks>().ToStop(people[Role.Learner].Id).PathAndQuery;

    /// <summary>The mail's link to that ask.</summary>
    public async Task<string> OneTapLink() => App.Services.GetRequiredService<OneTapLinks>().To(await Nudge()).PathAndQuery;

    /// <summary>A token as the learner would have it by mail.</summary>
    public async Task<string> MailedToken(MailKind purpose)
    {
        var (token, secret) = AccountToken.Make(people[Role.Learner].Id, purpose, FlowingClock.Now.UtcDateTime);
        await App.InDb(db =>
        {
            db.Add(token);
            return db.SaveChangesAsync(TestContext.Current.CancellationToken);
        });
        return secret;
    }

    /// <summary>A token that makes another address the learner's.</summary>
    public Task<string> AddressToken() => App.InDb(async db =>
    {
        var (email, id) = (Given.Address(), people[Role.Learner].Id);
        (await db.Users.SingleAsync(p => p.Id == id, TestContext.Current.CancellationToken)).AskForAddress(email);
        var (token, secret) = AccountToken.Make(id, MailKind.AddressConfirmation, FlowingClock.Now.UtcDateTime, email);
        db.Add(token);
        await db.SaveChangesAsync(TestContext.Current.CancellationToken);
        return secret;
    });

    /// <summary>A learner of the agency who has not opened the invitation.</summary>
    public async Task<Guid> Invited()
    {
        var email = Given.Address();
        (await people[Role.Lead].Http.Post($"{Cohort}/enrolments",
            new { learners = new[] { new { email, name = "Ivy Invited", timeZone = Given.Zone, agencyId = AgencyId } } })).Ok();
        var normalized = email.ToUpperInvariant();
        return await App.InDb(db => db.Users.Where(p => p.NormalizedEmail == normalized).Select(p => p.Id)
            .SingleAsync(TestContext.Current.CancellationToken));
    }

    /// <summary>A sign-in of the learner.</summary>
    public async Task<Guid> SignIn()
    {
        var learner = people[Role.Learner];
        (await Session.Anonymous(App).Post("/v1/identity/login", new { email = learner.Email, password = Given.Password })).Ok();
        return await App.InDb(db => db.Sessions.Where(s => s.PersonId == learner.Id).OrderByDescending(s => s.Id).Select(s => s.Id)
            .FirstAsync(TestContext.Current.CancellationToken));
    }

    /// <summary>A front end that the learner lets act for them.</summary>
    public async Task<Guid> FrontEnd()
    {
        const string Callback = "https://front.example.org/callback";
        var made = (await this[Role.ProgramAdmin].Http.Post("/v1/clients",
            new { name = "Companion", kind = "frontEnd", scopes = new[] { "learning" }, redirectUris = new[] { Callback } }))
            .Expect(System.Net.HttpStatusCode.Created);
        var id = (Guid)made["id"]!;
        await new FrontEndSession(App, id, Callback).Tokens(people[Role.Learner].Email, "learning");
        return id;
    }

    /// <summary>A mail to the learner that no server has taken.</summary>
    public Task<Guid> FailedMail() => App.InDb(async db =>
    {
        var now = FlowingClock.Now.UtcDateTime;
        var mail = OutboundMail.To(people[Role.Learner].Id, MailKind.FeedbackReady, now);
        do mail.Claim(now);
        while (!mail.ScheduleRetry(now, "The mail server answered 550 5.1.1: there is no such mailbox."));
        db.Add(mail);
        await db.SaveChangesAsync(TestContext.Current.CancellationToken);
        return mail.Id;
    });

    /// <summary>The secret address of the learner's calendar.</summary>
    public async Task<string> Calendar() =>
        calendar ??= new Uri((string)(await As(Role.Learner).Post("/v1/me/calendar")).Ok()["url"]!).PathAndQuery;

    /// <summary>The address of a form in a course that an admin has published.</summary>
    public async Task<string> Material()
    {
        if (material is not null) return material;
        var slug = SecondCourse.NewSlug();
        using var content = SecondCourse.Of(slug);
        var published = await As(Role.ProgramAdmin).Post($"/v1/curricula/{slug}/versions", SecondCourse.Bundle(content));
        published.Expect(System.Net.HttpStatusCode.Created);
        return material = $"/v1/curricula/{slug}/versions/1/materials/tally";
    }

    /// <summary>A webhook of the programme admin's.</summary>
    public async Task<string> Webhook()
    {
        if (webhook is not null) return webhook;
        var asked = new { url = "https://hooks.example.org/learning", events = new[] { "unit.completed" } };
        var answer = await As(Role.ProgramAdmin).Post("/v1/webhooks", asked);
        if (answer.Status == System.Net.HttpStatusCode.Conflict)
        {
            // There may be fifty and no more: in a long run those of casts that have had their time make room.
            var kept = Webhooks.TakeLast(4).Select(path => Guid.Parse(path.Split('/')[^1])).ToList();
            await App.InDb(db => db.WebhookDeliveries.Where(d => !kept.Contains(d.WebhookId))
                .ExecuteDeleteAsync(TestContext.Current.CancellationToken));
            await App.InDb(db => db.Webhooks.Where(w => !kept.Contains(w.Id)).ExecuteDeleteAsync(TestContext.Current.CancellationToken));
            answer = await As(Role.ProgramAdmin).Post("/v1/webhooks", asked);
        }

        Webhooks.Enqueue(webhook = answer.Expect(System.Net.HttpStatusCode.Created).Headers["Location"]);
        return webhook;
    }

    /// <summary>An event on its way to that webhook.</summary>
    public async Task<string> Delivery()
    {
        var path = await Webhook();
        await App.InDb(db =>
        {
            db.Add(IntegrationEvent.Of(
                EventTypes.UnitCompleted, EventData.Examples[EventTypes.UnitCompleted], FlowingClock.Now.UtcDateTime));
            return db.SaveChangesAsync(TestContext.Current.CancellationToken);
        });
        // Whoever reads the events places them, and so sends them on their way.
        (await As(Role.ProgramAdmin).Read("/v1/events?limit=1")).Ok();
        return $"{path}/deliveries/{(await As(Role.ProgramAdmin).Read($"{path}/deliveries")).Ok()["items"]![0]!["id"]}";
    }

    /// <summary>The lead's phone with a secret, whose first code is still to come.</summary>
    public async Task<Authenticator> LeadsPendingPhone() => phone ??= await As(Role.Lead).BeginSecondFactor();

    /// <summary>The same with a second factor that is on, and a code that was not used.</summary>
    public async Task<Authenticator> LeadsPhone()
    {
        if (recoveryCodes is not null) return phone!;
        (phone, var codes) = await As(Role.Lead).TurnOnSecondFactor();
        recoveryCodes = new(codes);
        return phone;
    }

    /// <summary>What else a sign-in takes of somebody; null for those without a second factor.</summary>
    public string? NextCode(Role role) => role == Role.Lead && recoveryCodes is { Count: > 0 } ? recoveryCodes.Dequeue() : null;

    public string Reflection => $"{Enrolment}/reflections/{AnchorUnit}";

    /// <summary>The tag of the learner's draft on the anchor unit.</summary>
    public async Task<string> Draft() => draft ??= await TheLearner.Write(AnchorUnit);

    /// <summary>The learner's reflection on the anchor unit, handed in.</summary>
    public async Task<Guid> Revision() => revision ??= await TheLearner.HandIn(AnchorUnit);

    /// <summary>Its address.</summary>
    public async Task<string> HandedIn()
    {
        await Revision();
        return Reflection;
    }

    /// <summary>The same, about which the learner has asked something.</summary>
    public async Task<string> WrittenTo()
    {
        var path = await HandedIn();
        if (!hasWritten) (await As(Role.Learner).Post($"{path}/thread", new { text = "May I ask what you meant?" }))
            .Expect(System.Net.HttpStatusCode.Created);
        hasWritten = true;
        return path;
    }

    /// <summary>The queue with the learner's reflection in it.</summary>
    public async Task<string> Queue()
    {
        await Revision();
        return "/v1/reviews";
    }

    /// <summary>How far two people agree, once two have read the same.</summary>
    public async Task<string> Agreement()
    {
        await Conversation();
        return "/v1/reviews/agreement";
    }

    /// <summary>The leave of a learner who will be away.</summary>
    public async Task<string> OnLeave()
    {
        const string path = "/v1/me/leave";
        var away = new { periods = new[] { new { from = "2034-02-06", until = "2034-02-10" } } };
        if (!isOnLeave) (await As(Role.Learner).Put(path, away)).Ok();
        isOnLeave = true;
        return path;
    }

    /// <summary>The closed days of an agency that keeps one.</summary>
    public async Task<string> ClosedDays()
    {
        var path = $"/v1/agencies/{AgencyId}/closed-days";
        if (!isClosed) (await As(Role.AgencyAdmin).Put(path, new { days = new[] { "2034-02-20" } })).Ok();
        isClosed = true;
        return path;
    }

    /// <summary>The same with the instructor's complete review of it, not yet published.</summary>
    public async Task<Guid> Review()
    {
        if (review is { } made) return made;
        var path = ReflectionSteps.Review(await Revision());
        var claimed = (await As(Role.Instructor).Post($"{path}/claim")).Ok();
        (await As(Role.Instructor).Put(path, ReflectionSteps.Judgement(), ("If-Match", claimed.ETag!))).Ok();
        return (review = await Revision()).Value;
    }

    /// <summary>The second revision of a reflection that the instructor has sent back once, and claimed again.</summary>
    public async Task<Guid> SecondRevision()
    {
        if (second is { } made) return made;
        (await people[Role.Instructor].Review(await TheLearner.HandIn(TwiceUnit), ReflectionSteps.Judgement("revise", score: 0))).Ok();
        second = await TheLearner.HandIn(TwiceUnit, "Other words.");
        (await As(Role.Instructor).Post($"{ReflectionSteps.Review(second.Value)}/claim")).Ok();
        return second.Value;
    }

    public async Task<string> HandedInTwice()
    {
        await SecondRevision();
        return TwiceUnit;
    }

    /// <summary>The learner's reflection, which the programme admin has opened to themselves.</summary>
    public async Task<Guid> GlassBroken()
    {
        if (broken) return await Revision();
        (await As(Role.ProgramAdmin).Post(
            $"{ReflectionSteps.Review(await Revision())}/break-glass", new { reason = "The privacy officer asked.", hours = 1 })).Ok();
        broken = true;
        return await Revision();
    }

    /// <summary>The learner's reflection on hold, which the programme admin has opened to themselves too.</summary>
    public async Task<Guid> Held()
    {
        if (held) return await Revision();
        (await As(Role.ProgramAdmin).Post(
            $"{ReflectionSteps.Review(await GlassBroken())}/hold", new { reason = "The second answer names a family." })).Ok();
        held = true;
        return await Revision();
    }

    /// <summary>A removal of the first words that the learner handed in.</summary>
    public async Task<object> Redaction() =>
        new { prompt = (string)(await TheLearner.GetReflection())["assignment"]!["prompts"]![0]!["slug"]!, span = new[] { 0, 7 },
        reason = "The name of a family." };

    /// <summary>Another cohort of the lead's.</summary>
    public async Task<Guid> NextCohort() => nextCohort ??= (Guid)(await As(Role.ProgramAdmin).Post(
        $"{Cohort}/clone", new { name = "Next", startsOn = "2027-09-06" })).Expect(System.Net.HttpStatusCode.Created)["id"]!;

    /// <summary>The learner's agency, on legal hold.</summary>
    public async Task<Guid> OnLegalHold()
    {
        if (!onLegalHold)
            (await As(Role.ProgramAdmin).Put($"/v1/agencies/{AgencyId}/legal-hold", new { reason = "A records request is pending." })).Ok();
        onLegalHold = true;
        return AgencyId;
    }

    /// <summary>A closing reflection that instructor and lead see very differently.</summary>
    public async Task<Guid> Conversation()
    {
        if (conversation is { } made) return made;
        var closing = await TheLearner.HandIn("8.3-my-next-six-months");
        (await people[Role.Instructor].Review(closing, ReflectionSteps.Judgement("revise", score: 0, forClosing: true))).Ok();
        (await people[Role.Lead].Review(closing, ReflectionSteps.Judgement(score: 3, forClosing: true))).Ok();
        return (conversation = closing).Value;
    }

    /// <summary>A reflection that has come back as often as it may.</summary>
    public async Task<Guid> SentBack()
    {
        if (sentBack is { } made) return made;
        Guid last = default;
        for (var round = 0; round <= Domain.Reflections.Reflection.MostResubmissions; round++)
        {
            last = await TheLearner.HandIn("1.2-coach-supervisor-trainer");
            (await people[Role.Instructor].Review(last, ReflectionSteps.Judgement("revise", score: 0))).Ok();
        }

        return (sentBack = last).Value;
    }

    private TestLearner TheLearner =>
        new(people[Role.Learner].Id, people[Role.Learner].Email, people[Role.Learner].Name, As(Role.Learner), EnrolmentId);

    private async Task Gather() => await App.InDb(async db =>
    {
        var now = FlowingClock.Now.UtcDateTime;
        var (mine, other) = (Agency.Create(Given.AgencyName(), now), Agency.Create(Given.AgencyName("Hillside"), now));
        (AgencyId, OtherAgencyId) = (mine.Id, other.Id);
        db.AddRange(mine, other);
        foreach (var role in Enum.GetValues<Role>().Where(r => r is not (Role.Anonymous or Role.Client or Role.EventsClient)))
        {
            var (email, name) = (Given.Address(role.ToString()), $"{role}");
            var person = Person.Create(email, name, Given.Zone, now);
            (person.NormalizedEmail, person.NormalizedUserName) = (email.ToUpperInvariant(), email.ToUpperInvariant());
            (person.PasswordHash, person.SecurityStamp, person.IsProgramAdmin) =
                (Hash, Guid.NewGuid().ToString("N"), role == Role.ProgramAdmin);
            db.Add(person);
            people[role] = new(person.Id, email, name, Session.Of(App, email));
        }

        db.AddRange(
            new AgencyMember(mine.Id, people[Role.Supervisor].Id, AgencyRole.Supervisor),
            new AgencyMember(mine.Id, people[Role.AgencyAdmin].Id, AgencyRole.AgencyAdmin),
            new AgencyMember(other.Id, people[Role.SupervisorElsewhere].Id, AgencyRole.Supervisor));
        var made = people[Role.ProgramAdmin].Id;
        string[] scopes = ["curriculum:read", "progress:read", "enrolments:write", "people:read", "coaching:read",
            "indicators:write", "implementation:read", "credentials:read"];
        var (client, secret) = ApiClient.MakeForServer("Dashboard", null, scopes, made, now);
        var (events, eventsSecret) = ApiClient.MakeForServer("Events", null, ["events:read"], made, now);
        db.AddRange(client, events);
        (secrets[Role.Client], secrets[Role.EventsClient]) = (secret, eventsSecret);
        people[Role.Client] = new(client.Id, "", client.Name, ClientSession.Of(App, client.Id, secret));
        people[Role.EventsClient] = new(events.Id, "", events.Name, ClientSession.Of(App, events.Id, eventsSecret));
        return await db.SaveChangesAsync(TestContext.Current.CancellationToken);
    });

    private async Task<(Guid Cohort, Guid Enrolment)> Open(Role? instructor, Role? lead, Role learner, Guid agencyId)
    {
        Guid[] PersonOf(Role? role) => role is { } r ? [people[r].Id] : [];
        var admin = As(Role.ProgramAdmin);
        var cohort = (await admin.Post("/v1/cohorts", new
        {
            name = $"Cohort {Guid.NewGuid():N}",
            curriculum = Given.Course,
            startsOn = FlowingClock.Now.ToString("yyyy-MM-dd"),
            timeZone = Given.Zone,
            gate = "open",
            instructors = PersonOf(instructor),
            leads = PersonOf(lead),
        })).Expect(System.Net.HttpStatusCode.Created);
        var id = (Guid)cohort["id"]!;
        var learners = new[] { new { email = people[learner].Email, name = people[learner].Name, timeZone = Given.Zone, agencyId } };
        return (id, (Guid)(await admin.Post($"/v1/cohorts/{id}/enrolments", new { learners })).Ok()["rows"]![0]!["enrolmentId"]!);
    }
}
