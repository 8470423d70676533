using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Configuration;
using MiiWrap.Learning.Api.Content;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Data.Entities;
using MiiWrap.Learning.Domain.Cohorts;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Curricula;
using MiiWrap.Learning.Domain.Enrolments;
using MiiWrap.Learning.Domain.Nudges;
using MiiWrap.Learning.Domain.Reflections;
using MiiWrap.Learning.Domain.Transfer;

namespace MiiWrap.Learning.Api.Features.Demonstration;

/// <summary>
/// Fills an empty Development database with a cohort that began four weeks ago and one that began twelve weeks ago. Their history is made
/// by the same domain objects that real use goes through, each act at the time at which it would have happened.
/// </summary>
internal sealed class DemonstrationSeed(
    LearningDb db, CurriculumLibrary library, InstrumentLibrary instruments, IndicatorLibrary indicators, CredentialLibrary credentials,
    IPasswordHasher<Person> hasher, ILookupNormalizer normalizer, Settings settings, TimeProvider clock)
{
    private const string Course = "miiwrap-coaching-cohort";
    private const string Form = "tpo-1";
    private static readonly TimeZoneInfo Zone = Zones.Find(DemonstrationPeople.TimeZone);

    public async Task SeedOnce(CancellationToken ct)
    {
        if (await db.Users.AnyAsync(ct) || await library.Find(db, Course, null, ct) is not { } curriculum) return;
        var now = clock.UtcNow();
        var (begun, begunFirst) = (now.AddDays(-28), now.AddDays(-84));
        var agency = Agency.Create(DemonstrationPeople.Agency, begunFirst);
        // One hash for all: hashing is meant to be slow, and two dozen of them would be most of a first start.
        var hash = hasher.HashPassword(new Person(), settings.DemoPassword);
        var staff = DemonstrationPeople.Staff.ToDictionary(s => s.Email, s => Add(s.Email, s.Name, hash, begunFirst));
        staff["admin@example.org"].IsProgramAdmin = true;
        var learners = DemonstrationPeople.Learners.Select((name, i) => Add(DemonstrationPeople.LearnerEmail(i + 1), name, hash, begun))
            .ToList();

        var firstGroup = DemonstrationPeople.FirstGroup
            .Select((name, i) => Add(DemonstrationPeople.LearnerEmail(learners.Count + i + 1), name, hash, begunFirst)).ToList();
        var (lead, instructor) = (staff["lead@example.org"], staff["instructor@example.org"]);
        db.AddRange(agency, new AgencyMember(agency.Id, staff["supervisor@example.org"].Id, AgencyRole.Supervisor));

        Cohort Open(string name, DateTime at)
        {
            // The Monday of that week: the days of the scripts below are then working days.
            var startsOn = Zones.LocalDate(at, Zone);
            startsOn = startsOn.AddDays(-(((int)startsOn.DayOfWeek + 6) % 7));
            var opened = Cohort.Create(name, curriculum, startsOn, DemonstrationPeople.TimeZone, Gate.Paced, at);
            opened.Appoint(CohortRole.Lead, [lead.Id]);
            opened.Appoint(CohortRole.Instructor, [instructor.Id]);
            db.Add(opened);
            return opened;
        }

        var (cohort, earlier) = (Open("Riverbend coaches", begun), Open("Riverbend coaches, first group", begunFirst));
        List<Enrolment> enrolled =
            [.. learners.Select((person, i) => AddHistory(person, i, Scripts[i], cohort, curriculum, agency, instructor, now))];
        List<Enrolment> first =
        [
            .. firstGroup.Select((person, i) =>
                AddHistory(person, learners.Count + i, FirstScripts[i], earlier, curriculum, agency, instructor, now)),
        ];
        new DemonstrationCoaching(db, instructor, lead, sentDays, now).Add(enrolled, first);
        new DemonstrationImplementation(db, agency, await indicators.Newest(db, ct), staff["admin@example.org"], now).Add();
        if (await credentials.Find(db, "coaching-cohort-completion", null, ct) is { } completion
            && await credentials.Find(db, "practising-coach", null, ct) is { } practising
            && await instruments.Find(db, "cso-1", null, ct) is { } talks)
        {
            var alumni = DemonstrationPeople.Alumni.Select((name, i) => Add(
                DemonstrationPeople.LearnerEmail(learners.Count + firstGroup.Count + i + 1), name, hash,
                now.AddDays(-DemonstrationCredentials.Began))).ToList();
            new DemonstrationCredentials(db, instructor, lead, now).Add(alumni, curriculum, completion, practising, talks);
        }

        if (await instruments.Find(db, Form, null, ct) is { } form) new DemonstrationFidelity(db, form, instructor, lead, now).Add(first);

        // The history has made its own follow-ups already.
        await db.SaveHistoryAsync(ct);
    }

    private Person Add(string email, string name, string hash, DateTime at)
    {
        var person = Person.Create(email, name, DemonstrationPeople.TimeZone, at);
        (person.NormalizedEmail, person.NormalizedUserName) = (normalizer.NormalizeEmail(email), normalizer.NormalizeName(email));
        (person.PasswordHash, person.SecurityStamp, person.EmailConfirmed) = (hash, Guid.NewGuid().ToString("N"), true);
        db.Add(person);
        return person;
    }

    private Enrolment AddHistory(
        Person person, int index, Script script, Cohort cohort, Curriculum curriculum, Agency agency, Person instructor, DateTime now)
    {
        var startsOn = cohort.StartsOn;
        var enrolment = Enrolment.Create(cohort, curriculum, person.Id, person.Name, agency.Id, At(startsOn, 0, 9));
        db.Add(enrolment);
        var units = curriculum.Units.Take(script.Days.Length).ToList();
        var leavesAt = script.WithdrawsOnDay is { } day && At(startsOn, day, 12) <= now ? At(startsOn, day, 12) : (DateTime?)null;
        for (var u = 0; u < units.Count; u++)
        {
            var completedAt = At(startsOn, script.Days[u], 9 + ((index + u) % 7));
            if (completedAt > now) break;
            var ifThen = new IfThenPlan(units[u].Starter?.Cue ?? "I open my notes for the next coaching talk", units[u].Starter?.Action
                ?? "I will try the practice task with one person", null);
            enrolment.Start(units[u], completedAt.AddHours(-1));
            enrolment.Complete(units[u], ifThen, completedAt);
            var opportunity = TransferOpportunity.Open(enrolment, curriculum, units[u], ifThen, person.TimeZone, completedAt);
            var nudges = NudgeLedger.Open(opportunity, units[u].Plan, SendingWindow.Default, NudgeChannel.Email, completedAt);
            db.Add(opportunity);
            db.AddRange(nudges);
            Live(opportunity, units[u].Plan, nudges, person, script, u, leavesAt ?? now);
            Reflect(enrolment, units[u], script.Reflections[u], instructor, (index * 3) + u, completedAt, leavesAt ?? now);
            if (leavesAt is not { } left) continue;
            foreach (var nudge in nudges.Where(n => n.Status == NudgeStatus.Planned)) nudge.Cancel(Nudge.EnrolmentEnded);
            opportunity.Withdraw(left);
        }

        if (leavesAt is { } at) enrolment.Withdraw(at);
        return enrolment;
    }

    /// <summary>
    /// Writes a reflection after the unit, hands it in and has it reviewed, as far as the script goes and the time has come.
    /// </summary>
    private void Reflect(
        Enrolment enrolment, TrainingUnit unit, char script, Person instructor, int number, DateTime completedAt, DateTime now)
    {
        var (writtenAt, reviewedAt) = (completedAt.AddMinutes(40), completedAt.AddDays(2));
        if (script == '-' || writtenAt > now) return;
        var reflection = Reflection.Begin(enrolment, unit.Assignment, DemonstrationTexts.Answers(unit.Assignment, number), writtenAt);
        db.Add(reflection);
        if (script == 'd') return;
        var revision = reflection.Submit(reflection.DraftTag!, unit.Assignment.Rubric, [], privacyConfirmed: false, writtenAt);
        if (script == 'w' || reviewedAt > now) return;
        reflection.Claim(revision.Id, instructor.Id, reviewedAt.AddHours(-1))
            .Save(DemonstrationTexts.Review(unit.Assignment, number, script == 'a' ? ReviewDecision.Accept : ReviewDecision.Revise),
                unit.Assignment.Rubric, unit.Assignment);
        reflection.Publish(revision.Id, instructor.Id, unit.Assignment.Rubric, unit.IsAnchor, reviewedAt);
        if (script == 'a') enrolment.CountAcceptedReflection();
        if (reviewedAt.AddDays(1) < now) reflection.NoteFeedbackOpened();
    }

    /// <summary>Lets the past of one opportunity happen: each ask that was due is sent, and answered as the script says.</summary>
    private void Live(
        TransferOpportunity opportunity, NudgePlan plan, IReadOnlyList<Nudge> nudges, Person person, Script script, int unit, DateTime now)
    {
        // The first learner answers ahead whatever comes in the next thirty days, so that a newcomer's tour has the mail folder to itself.
        var until = script.AnswersAhead ? now.AddDays(31) : now;
        foreach (var nudge in nudges.Where(n => n.DueAt <= until).OrderBy(n => n.DueAt))
        {
            if (nudge.Status != NudgeStatus.Planned) continue;
            if (nudge.StatusReason == Nudge.Superseded)
            {
                if (nudge.DueAt <= now) nudge.Skip(Nudge.Superseded);
                continue;
            }

            var sentAt = nudge.DueAt < now ? nudge.DueAt : now;
            if (nudge.DueAt <= now)
            {
                sentDays.Send(nudge, person.Id, sentAt);
            }

            var answeredAt = sentAt.AddHours(2) < now ? sentAt.AddHours(2) : now;
            if (script.Answer(unit, nudge) is not { } outcome || answeredAt >= nudge.ExpiresAt) continue;
            nudge.Answer(new(outcome, null, null, outcome == NudgeOutcome.NotYet ? Barrier.NoOpportunity : null, null, false, answeredAt),
                answeredAt);
            NudgeLedger.ApplyAnswer(opportunity, plan, [.. nudges.Where(n => n != nudge)], nudge, Zone, SendingWindow.Default, answeredAt);
        }
    }

    private readonly SentDays sentDays = new(db, Zone);

    private static DateTime At(DateOnly startsOn, int day, int hour) => Zones.ToUtc(startsOn.AddDays(day).ToDateTime(new(hour, 10)), Zone);

    /// <summary>
    /// The days on which a learner completes the units in their order, how they answer, and what became of each unit's reflection: a
    /// accepted, r came back, w waits for its review, d a draft, - none.
    /// </summary>
    private sealed record Script(int[] Days, string Answers, string Reflections, int? WithdrawsOnDay = null, bool AnswersAhead = false)
    {
        /// <summary>A letter for each unit in turn: a applied, p partly, n not yet, - silence.</summary>
        public NudgeOutcome? Answer(int unit, Nudge nudge) => Answers[unit % Answers.Length] switch
        {
            'a' when nudge.Kind == NudgeKind.Cue => NudgeOutcome.StillGood,
            'a' => NudgeOutcome.Applied,
            'p' when nudge.Kind == NudgeKind.Cue => NudgeOutcome.StillGood,
            'p' => NudgeOutcome.Partly,
            'n' when nudge.Kind == NudgeKind.Cue => NudgeOutcome.StillGood,
            'n' => NudgeOutcome.NotYet,
            _ => null,
        };
    }

    private static readonly Script[] Scripts =
    [
        new([1, 4, 9, 15], "a", "aaaa", AnswersAhead: true),
        new([1, 4, 9, 14, 23], "aapa", "aaaaw"),
        new([3, 8, 11, 18, 22, 25], "apaa", "aaaaww"),
        new([2, 7, 14, 21], "nap-", "aarw"),
        new([1, 4, 8, 11, 22, 24, 27], "a", "aaaawwd"),
        new([8], "-", "d"),
        new([3, 9, 17, 21, 25], "pan", "aaaww"),
        new([4, 11], "n-", "aw"),
        new([2, 7, 11, 16, 24], "aa-p", "aaaad"),
        new([], "-", ""),
        new([4, 10, 18], "ap", "aaw"),
        new([1, 3], "a", "a-", WithdrawsOnDay: 11),
    ];

    // Everything that comes in the next thirty days is answered ahead: what these show is their coaching.
    private static readonly Script[] FirstScripts =
    [
        new([1, 4, 9, 15, 22, 30, 37, 51], "apaa", "aaaaaaaa", AnswersAhead: true),
        new([1, 3, 8, 14, 22, 28, 36, 43, 50, 58, 65, 72], "a", "aaaaaaaaaaaa", AnswersAhead: true),
        new([2, 7, 14, 21, 29, 37, 45, 52, 66], "aaap", "aaaaaaaaa", AnswersAhead: true),
    ];
}

/// <summary>What was sent to each person of the past: one message a day, of whatever it was.</summary>
internal sealed class SentDays(LearningDb db, TimeZoneInfo zone)
{
    private readonly HashSet<(Guid, DateOnly)> days = [];

    public void Send(Nudge nudge, Guid personId, DateTime sentAt)
    {
        var message = NudgeMessage.Past(personId, Zones.LocalDate(sentAt, zone), sentAt);
        if (!days.Add((personId, message.LocalDay))) message = null;
        else db.Add(message);
        nudge.ClaimFor(message?.Id ?? NewId.At(sentAt), NudgeChannel.Email);
        nudge.MarkSent(sentAt);
    }
}
