using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Data.Entities;
using MiiWrap.Learning.Domain.Coaching;
using MiiWrap.Learning.Domain.Cohorts;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Credentials;
using MiiWrap.Learning.Domain.Curricula;
using MiiWrap.Learning.Domain.Enrolments;
using MiiWrap.Learning.Domain.Fidelity;

namespace MiiWrap.Learning.Api.Features.Demonstration;

/// <summary>
/// Three who completed the course in a pilot group two years ago, under no agency: one holds a credential that ends in three weeks, one
/// another that holds for good, and to one it was offered the day before yesterday.
/// </summary>
internal sealed class DemonstrationCredentials(LearningDb db, Person coach, Person lead, DateTime now)
{
    /// <summary>So many days ago they began.</summary>
    public const int Began = 760;

    private const int DaysToNextUnit = 6;
    private const int DaysLeft = 20;
    private static readonly TimeZoneInfo Zone = Zones.Find(DemonstrationPeople.TimeZone);

    public void Add(
        IReadOnlyList<Person> alumni, Curriculum curriculum, CredentialDefinition completion, CredentialDefinition practising,
        Instrument talks)
    {
        var cohort = Cohort.Create(
            "Riverbend coaches, pilot group", curriculum, DaysAgo(Began), DemonstrationPeople.TimeZone, Gate.Open, At(Began + 7));
        cohort.ChangeCoaching(false);
        cohort.Appoint(CohortRole.Lead, [lead.Id]);
        cohort.Appoint(CohortRole.Instructor, [coach.Id]);
        cohort.Close(At(Began - (curriculum.UnitCount * DaysToNextUnit)));
        db.Add(cohort);
        var (rosa, samir, tess) = (Learn(alumni[0], cohort, curriculum), Learn(alumni[1], cohort, curriculum),
            Learn(alumni[2], cohort, curriculum));

        var begun = DaysAgo(0).AddDays(DaysLeft).AddMonths(-practising.Term!.Months);
        var daysAgo = DaysAgo(0).DayNumber - begun.DayNumber;
        var first = Offer(completion, rosa, RecordOf(rosa, curriculum), daysAgo + 3);
        first.Accept(completion, At(daysAgo + 2));
        var record = RecordOf(rosa, curriculum) with
        {
            Contacts = [.. Enumerable.Range(1, 4).Reverse().Select(i => Contact(rosa, daysAgo + (i * 28)))],
            Reviews = [Reviewed(rosa, talks, daysAgo + 10)],
            Calibrations = [new("tpo-1", new("/v1/fidelity/raters?instrument=tpo-1", DaysAgo(daysAgo + 1)))],
            Held = [new(completion.Code, new($"/v1/credentials/{first.Id}", DaysAgo(daysAgo + 2)))],
        };
        var ending = Offer(practising, rosa, record, daysAgo + 1);
        ending.Accept(practising, begun.ToDateTime(new(15, 0), DateTimeKind.Utc));
        // Told of already, so that a newcomer's tour has the mail folder to itself.
        ending.TryRemind(DaysAgo(0));

        Offer(completion, samir, RecordOf(samir, curriculum), 301).Accept(completion, At(300));
        Offer(completion, tess, RecordOf(tess, curriculum), 2);
    }

    private Enrolment Learn(Person person, Cohort cohort, Curriculum curriculum)
    {
        var enrolment = Enrolment.Create(cohort, curriculum, person.Id, person.Name, null, At(Began));
        foreach (var (i, unit) in curriculum.Units.Index())
        {
            var plan = new IfThenPlan("I open my notes for the next coaching talk", "I will try the practice task with one person", null);
            enrolment.Complete(unit, plan, At(DayOf(i)));
            enrolment.CountAcceptedReflection();
        }

        // The time for which they are kept is over.
        enrolment.PurgePlans(now);
        db.Add(enrolment);
        return enrolment;
    }

    private LearnerRecord RecordOf(Enrolment enrolment, Curriculum curriculum) => new()
    {
        Units =
        [
            .. curriculum.Units.Select((unit, i) => new LearnedUnit(
                unit.IsAnchor, new($"/v1/enrolments/{enrolment.Id}/units/{unit.Slug}", DaysAgo(DayOf(i))),
                new($"/v1/enrolments/{enrolment.Id}/reflections/{unit.Slug}", DaysAgo(DayOf(i) - 2)))),
        ],
    };

    private Credential Offer(CredentialDefinition definition, Enrolment enrolment, LearnerRecord record, int daysAgo)
    {
        var credential = Credential.Offer(
            definition, new(enrolment.PersonId, enrolment.Id, enrolment.AgencyId), definition.Judge(record, DaysAgo(daysAgo)), lead.Id,
            At(daysAgo));
        db.Add(credential);
        return credential;
    }

    private EvidenceItem Contact(Enrolment learner, int daysAgo)
    {
        var startsAt = At(daysAgo);
        var session = CoachingSession.Plan(
            coach.Id, learner.CohortId, null, SessionMode.Live, startsAt, 45, null,
            [new InvitedParticipant(learner.PersonId, learner.Id, learner.LearnerName)], At(daysAgo + 7));
        var seen = new Observation(ObservationKind.Live, MonthOf(daysAgo), null);
        session.Record(
            SessionMode.Live, session.Minutes,
            [new ParticipantRecord(learner.PersonId, Attendance.Attended, seen, Feedback: true, Practice: true, null)], [],
            startsAt.AddHours(1));
        db.Add(session);
        return new($"/v1/coaching-sessions/{session.Id}", DaysAgo(daysAgo));
    }

    private StandingReview Reviewed(Enrolment learner, Instrument talks, int daysAgo)
    {
        var review = FidelityReview.Begin(
            talks, learner, lead.Id, RaterRole.Lead, new(ObservationKind.Live, MonthOf(daysAgo), 30, ConsentConfirmed: true), null, null,
            At(daysAgo));
        var ratings = talks.Items.Index().ToDictionary(i => i.Item.Code, i => (int?)(i.Index % 3 == 0 ? 4 : 3));
        review.Rate(ratings, new Dictionary<string, string>(), At(daysAgo, 16));
        review.Submit(talks, At(daysAgo, 17));
        review.Lock(talks, raterCalibrated: true, null, At(daysAgo, 17));
        db.Add(review);
        return new(
            review.Instrument, review.Event.Kind, review.Event.Month, review.Result!.RaterCalibrated, review.Result.Scores,
            review.Result.Flags, new($"/v1/fidelity/reviews/{review.Id}", DaysAgo(daysAgo)));
    }

    private static int DayOf(int unit) => Began - 4 - (unit * DaysToNextUnit);

    private DateOnly DaysAgo(int days) => Zones.LocalDate(now, Zone).AddDays(-days);

    private DateTime At(int daysAgo, int hour = 14) => Zones.ToUtc(DaysAgo(daysAgo).ToDateTime(new(hour, 0)), Zone);

    private DateOnly MonthOf(int daysAgo) => new(DaysAgo(daysAgo).Year, DaysAgo(daysAgo).Month, 1);
}
