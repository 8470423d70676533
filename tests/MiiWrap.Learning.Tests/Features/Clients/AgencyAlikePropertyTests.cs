using System.Text.RegularExpressions;
using MiiWrap.Learning.Api.Features.Mails;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Features.Clients;

/// <summary>
/// An agency's program and its admin send the same requests in two worlds. Whether an address is known, and as whose, is another throw of
/// the dice in each; every answer is alike, whatever was asked before and however much time has passed.
/// </summary>
[Collection(AccountMails.Name)]
[StandingClock]
public sealed partial class AgencyAlikePropertyTests(LearningApp app)
{
    private const int Steps = 60;
    private const int Addresses = 6;

    private static readonly string[] Zones = ["US/Eastern", "America/Denver", "Asia/Calcutta", "UTC"];
    private static readonly TimeSpan[] Waits =
        [TimeSpan.FromSeconds(20), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(13), TimeSpan.FromMinutes(61), TimeSpan.FromDays(15)];

    [Theory]
    [InlineData(1), InlineData(2), InlineData(3), InlineData(4), InlineData(5), InlineData(6)]
    public async Task Known_and_unknown_addresses_are_answered_alike(int seed)
    {
        var random = new Random(seed);
        World[] worlds = [await Make(random), await Make(random)];
        var told = new List<string>();
        for (var i = 0; i < Steps; i++)
        {
            var (step, what) = Next(random);
            told.Add(what);
            await Same(worlds, step, told);
            await Same(worlds, w => w.Boss.Read("/v1/people?limit=200"), told);
            foreach (var world in worlds) await world.ReadIds();
            if (random.Next(3) == 0) await app.Send(new SendMails());
            if (random.Next(3) > 0) continue;
            var wait = Waits[random.Next(Waits.Length)];
            told.Add($"{wait} later");
            FlowingClock.Advance(wait);
        }
    }

    /// <summary>What the attack found, step by step.</summary>
    [Fact]
    public async Task Neither_zones_nor_limits_nor_refusals_tell_who_is_known()
    {
        World[] worlds = [await Make(new(1), known: 0), await Make(new(1), known: 1)];
        var told = new List<string>();
        Func<World, Task<Answer>> Enrol(int cohort) => w => w.Enrol(cohort, [0], "US/Eastern", "");
        await Same(worlds, Enrol(0), told);
        await Same(worlds, Enrol(1), told);
        foreach (var world in worlds) await world.ReadIds();
        await Same(worlds, w => w.Boss.Read("/v1/people?limit=200"), told);
        for (var i = 0; i < 7; i++)
        {
            await app.Send(new SendMails());
            FlowingClock.Advance(TimeSpan.FromMinutes(1));
            await Same(worlds, w => w.Boss.Post($"/v1/people/{w.Sent(0)}/invitations"), told);
        }

        await Same(worlds, w => w.Change(w.Sent(0), new { email = w.Address(1) }), told);
        FlowingClock.Advance(TimeSpan.FromHours(2));
        // One's own staff, who have not accepted, and one's own learners, who have.
        await Same(worlds, w => w.Change(w.StaffId, new { email = w.Address(2) }), told);
        await Same(worlds, w => w.Change(w.OwnId, new { email = w.Address(0) }), told);
        await Same(worlds, w => w.Change(w.OwnId, new { email = w.Address(3) }), told);

        // Whoever asks for a new password gets somebody new invited again.
        await app.Send(new SendMails());
        FlowingClock.Advance(TimeSpan.FromDays(15));
        await Same(worlds, w => w.Boss.Read("/v1/people?invitation=expired"), told);
        await Same(worlds, w => w.Forget(0), told);
        await Same(worlds, w => w.Boss.Read("/v1/people?invitation=invited"), told);
        await app.Send(new SendMails());
        await Same(worlds, w => w.Boss.Post($"/v1/people/{w.Sent(0)}/suspend", new { reason = "Away for a good while." }), told);
        await Same(worlds, w => w.Boss.Post($"/v1/people/{w.Sent(0)}/resume"), told);
    }

    private static async Task Same(World[] worlds, Func<World, Task<Answer>> step, List<string> told)
    {
        var answers = new List<string>();
        foreach (var world in worlds)
        {
            var answer = await step(world);
            answers.Add($"{(int)answer.Status} {answer.Headers.GetValueOrDefault("Retry-After")} {world.Mask(answer.Body)}");
        }

        Assert.True(answers[0] == answers[1], $"{string.Join('\n', told)}\n{answers[0]}\n{answers[1]}");
    }

    private static (Func<World, Task<Answer>> Step, string What) Next(Random random)
    {
        var (cohort, who, slot, zone) = (random.Next(2), random.Next(1000), random.Next(Addresses), Zones[random.Next(Zones.Length)]);
        switch (random.Next(16))
        {
            case < 4:
                int[] slots = [.. Enumerable.Range(0, Addresses).Where(_ => random.Next(3) == 0)];
                if (slots.Length == 0) slots = [slot];
                var query = random.Next(4) switch { 0 => "?resume=true", 1 => "?dryRun=true", _ => "" };
                return (w => w.Enrol(cohort, slots, zone, query), $"enrol {string.Join(',', slots)} in {cohort} {query}");
            case < 6:
                return (w => w.Boss.Post($"/v1/people/{w.Person(who)}/invitations"), $"invite {who} again");
            case < 8:
                return (w => w.Change(w.Person(who), new { email = w.Address(slot) }), $"change {who} to address {slot}");
            case 8:
                return (w => w.Change(w.Person(who), new { timeZone = zone, locale = "es-MX" }), $"change the zone of {who}");
            case 9:
                var act = random.Next(3) switch { 0 => "suspend", 1 => "resume", _ => "dismiss" };
                object? body = act == "resume" ? null : new { reason = "Away for a good while." };
                return (w => w.Boss.Post($"/v1/people/{w.Person(who)}/{act}", body), $"{act} {who}");
            case 10:
                return (w => w.Forget(slot), $"forget the password of {slot}");
            case 11:
                return (w => w.Client.Read($"{w.Cohorts[cohort].Path}/progress"), $"progress {cohort}");
            case 12:
                var state = random.Next(3) switch { 0 => "invited", 1 => "expired", _ => "accepted" };
                return (w => w.Client.Read($"/v1/people?invitation={state}"), $"who is {state}");
            case 13:
                return (w => w.LetCoach(w.Person(who), w.OwnId), $"name {who} coach");
            case 14:
                return (w => w.LetCoach(w.OwnId, w.Person(who)), $"name a coach for {who}");
            default:
                return (w => w.Client.Post($"/v1/enrolments/{w.Enrolment(who)}/withdraw"), $"withdraw {who}");
        }
    }

    /// <param name="known">What the addresses are; dice where it is not given.</param>
    private async Task<World> Make(Random random, int? known = null)
    {
        var (admin, agency, boss) = (await app.Admin(), await app.Agency(), await app.Person("Gus Boss"));
        (await admin.Http.Put($"/v1/agencies/{agency}/people/{boss.Id}", new { role = "agencyAdmin" }))
            .Expect(System.Net.HttpStatusCode.NoContent);
        TestCohort[] cohorts = [await app.Cohort(), await app.Cohort()];
        var own = await app.Learner(cohorts[0], "Own Learner", agencyId: agency);
        await app.Learner(cohorts[1], "Own Other", agencyId: agency);
        var staff = (Guid)(await admin.Http.Post("/v1/people", new { email = Given.Address(), name = "Sue Staff", timeZone = "UTC" }))
            .Expect(System.Net.HttpStatusCode.Created)["id"]!;
        (await admin.Http.Put($"/v1/agencies/{agency}/people/{staff}", new { role = "supervisor" }))
            .Expect(System.Net.HttpStatusCode.NoContent);
        var addresses = new List<string>();
        for (var i = 0; i < Addresses; i++) addresses.Add(await AddressOf(known ?? random.Next(6)));
        var client = await app.Client(agency, "progress:read", "enrolments:write", "people:read");
        return new(app, agency, boss.Http, client, cohorts, addresses, own.Id, staff);

        async Task<string> AddressOf(int kind)
        {
            switch (kind)
            {
                case 0 or 5: return Given.Address();
                case 1: return (await app.Person("Real Person")).Email;
                case 2: return (await app.Admin()).Email;
                case 3: return (await app.Learner(await app.Cohort(), "Real Learner")).Email;
                default:
                    var email = Given.Address();
                    (await admin.Http.Post("/v1/people", new { email, name = "Real Invited", timeZone = "UTC" }))
                        .Expect(System.Net.HttpStatusCode.Created);
                    return email;
            }
        }
    }

    /// <summary>One agency with what it knows, and names for it that are the same in every world.</summary>
    private sealed partial class World(
        LearningApp app, Guid agency, HttpClient boss, HttpClient client, TestCohort[] cohorts, List<string> addresses, Guid own,
        Guid staff)
    {
        private readonly Dictionary<string, string> names = new(StringComparer.OrdinalIgnoreCase);
        private List<(Guid Id, string Email)> people = [];
        private readonly List<Guid> enrolments = [];
        private int sent;

        public HttpClient Boss => boss;

        public HttpClient Client => client;

        public TestCohort[] Cohorts => cohorts;

        public Guid OwnId => own;

        public Guid StaffId => staff;

        public string Address(int slot) => addresses[slot];

        public Guid Person(int which) => people.Count == 0 ? Guid.Empty : people[which % people.Count].Id;

        public Guid Sent(int slot) => people.Single(p => p.Email == addresses[slot]).Id;

        public Guid Enrolment(int which) => enrolments.Count == 0 ? Guid.Empty : enrolments[which % enrolments.Count];

        public async Task<Answer> Enrol(int cohort, int[] slots, string timeZone, string query)
        {
            // No two are called alike: else their ids, which are random within a moment, would put them in order.
            sent++;
            var learners = slots.Select(s => new { email = addresses[s], name = $"Sent {s} {sent}", timeZone, agencyId = agency });
            var answer = await client.Post($"{cohorts[cohort].Path}/enrolments{query}", new { learners });
            if (answer.Status == System.Net.HttpStatusCode.OK)
            {
                foreach (var id in answer["rows"]!.AsArray().Select(r => (Guid?)r!["enrolmentId"]).OfType<Guid>())
                    if (!enrolments.Contains(id)) enrolments.Add(id);
            }

            return answer;
        }

        public Task<Answer> Change(Guid person, object change) => boss.Patch($"/v1/people/{person}", change, ("If-Match", "*"));

        public Task<Answer> LetCoach(Guid coachId, Guid coacheeId) =>
            boss.Post(CoachingSteps.Relationships, new { coachId, coacheeId, agencyId = agency });

        public Task<Answer> Forget(int slot) =>
            Session.Anonymous(app).Post("/v1/identity/password/forgot", new { email = addresses[slot] });

        public async Task ReadIds() => people = [.. (await boss.Read("/v1/people?limit=200")).Ok()["items"]!.AsArray()
            .Select(p => ((Guid)p!["id"]!, (string?)p["email"] ?? "")).Where(p => p.Item2.Length > 0)];

        /// <summary>
        /// Ids, addresses and names of agencies and cohorts become what they are here, by when they were first heard of.
        /// </summary>
        public string Mask(string body) => Own().Replace(body, m =>
        {
            // The number of one request is its own, and so is a tag, which is made of ids too.
            if (m.Groups["own"].Success) return "";
            if (!names.TryGetValue(m.Value, out var name))
                names[m.Value] = name = addresses.IndexOf(m.Value) is >= 0 and var slot ? $"address {slot}" : $"#{names.Count}";
            return name;
        });

        [GeneratedRegex("""
            (?<own>"traceId":"[^"]*"|"etag":"\\"[^"]*")|[a-z.]+-[0-9a-f]{32}@example\.org|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{32}
            """, RegexOptions.ExplicitCapture, -1)]
        private static partial Regex Own();
    }
}
