using System.Text.Json;
using FluentValidation;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Data.Entities;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Coaching;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Enrolments;

namespace MiiWrap.Learning.Api.Features.Coaching;

/// <summary>What was done in a session.</summary>
/// <param name="Mode">How it was held; of a planned session as planned when not given.</param>
/// <param name="Minutes" example="45">How long it took, 5 to 240; of a planned session as planned when not given.</param>
/// <param name="Participants">Everybody who was expected or came, 1 to 30.</param>
public sealed record SessionRecord(SessionMode? Mode, int? Minutes, IReadOnlyList<RecordedParticipant>? Participants);

/// <summary>One person's part in what was done.</summary>
/// <param name="Observation">That they were observed; null when they were not.</param>
/// <param name="Feedback">Whether they were told what was seen.</param>
/// <param name="Practice">Whether they tried something out.</param>
/// <param name="Debriefs">The earlier session whose observation the feedback is about; null for this one's own or for none.</param>
public sealed record RecordedParticipant(
    Guid? PersonId, Attendance? Attendance, RecordedObservation? Observation, bool? Feedback, bool? Practice, Guid? Debriefs);

/// <summary>That somebody was observed.</summary>
/// <param name="Month" example="2027-03">The month in which it was, up to 24 months back; never the day.</param>
/// <param name="ReviewId">The fidelity review that was made of it; null for none.</param>
public sealed record RecordedObservation(ObservationKind? Kind, string? Month, Guid? ReviewId);

internal sealed class SessionRecordValidator : AbstractValidator<SessionRecord>
{
    public SessionRecordValidator()
    {
        RuleFor(x => x.Minutes).InclusiveBetween(CoachingSession.LeastMinutes, CoachingSession.MostMinutes);
        RuleFor(x => x.Participants).Cascade(CascadeMode.Stop).NotNull()
            .Must(p => p!.Count is > 0 and <= CoachingSession.MostParticipants)
            .WithMessage($"A session has 1 to {CoachingSession.MostParticipants} participants.")
            .Must(p => p!.DistinctBy(one => one?.PersonId).Count() == p!.Count)
            .WithMessage("Nobody takes part twice.");
        RuleForEach(x => x.Participants).NotNull().ChildRules(one =>
        {
            one.RuleFor(p => p.PersonId).NotEmpty();
            one.RuleFor(p => p.Attendance).NotNull();
            one.RuleFor(p => p.Observation!.Kind).NotNull().When(p => p.Observation is not null);
            one.RuleFor(p => p.Observation!.Month).MustBeMonth().When(p => p.Observation is not null);
        });
    }
}

/// <summary>Finds for whom a coach may hold a session, and makes a record of what they say of it.</summary>
internal sealed class SessionInvitations(LearningDb db, Caller caller, TimeProvider clock)
{
    private const int MonthsBack = 24;

    /// <summary>
    /// The enrolments for which a session of these people counts: those of the cohort, or the one by which the caller coaches each.
    /// </summary>
    public async Task<IReadOnlyList<InvitedParticipant>> Find(IReadOnlyCollection<Guid> people, Guid? cohortId, CancellationToken ct)
    {
        if (people.Contains(caller.PersonId))
            throw new RuleException("coaching.self", "Nobody holds a coaching session with themselves.", RuleKind.Invalid);
        var coach = await Coach(ct);
        var coached = await db.Enrolments.CoachedBy(caller, db).Where(e => people.Contains(e.PersonId)).ToListAsync(ct);
        var found = new List<Enrolment>(people.Count);
        foreach (var person in people)
        {
            var ties = coached.FindAll(e => e.PersonId == person && (cohortId is null || e.CohortId == cohortId));
            if (ties.Count == 0) throw await Refusal(person, ct);
            if (ties.Count > 1)
                throw new RuleException(
                    "coaching.cohort.needed", "You coach this learner in several cohorts; say for which one the session counts.",
                    RuleKind.Invalid).With("personId", person);
            found.Add(ties[0]);
        }

        db.Touch([.. found, coach]);
        return [.. found.Select(e => new InvitedParticipant(e.PersonId, e.Id, e.LearnerName))];
    }

    /// <summary>All learners of a cohort whom the caller coaches.</summary>
    public async Task<IReadOnlyList<InvitedParticipant>> FindAll(Guid cohortId, CancellationToken ct)
    {
        var coach = await Coach(ct);
        var coached = await db.Enrolments.CoachedBy(caller, db).Where(e => e.CohortId == cohortId && e.Status == EnrolmentStatus.Active)
            .OrderBy(e => e.LearnerSortName).ThenBy(e => e.Id).Take(CoachingSession.MostParticipants + 1).ToListAsync(ct);
        db.Touch([.. coached, coach]);
        return [.. coached.Select(e => new InvitedParticipant(e.PersonId, e.Id, e.LearnerName))];
    }

    /// <summary>Hides a cohort from whoever neither coaches anybody there nor has a part in it.</summary>
    public async Task MustKnow(Guid cohortId, CancellationToken ct)
    {
        if (!await db.Enrolments.CoachedBy(caller, db).AnyAsync(e => e.CohortId == cohortId, ct)) await db.AccessTo(cohortId, caller, ct);
    }

    /// <summary>
    /// Who coaches somebody no more keeps what was, and changes nothing of what is to come with them or was called off.
    /// </summary>
    /// <param name="expected">Only those who are still expected, of whom there must be no other; else anybody who takes part will do.</param>
    public async Task MustStillCoach(CoachingSession session, bool expected, CancellationToken ct)
    {
        var coach = await Coach(ct);
        var ids = session.Participants.Where(p => !expected || p.Attendance is null).Select(p => p.EnrolmentId).ToList();
        var coached = await db.Enrolments.CoachedBy(caller, db).Where(e => ids.Contains(e.Id)).ToListAsync(ct);
        if (expected ? coached.Count < ids.Count : coached.Count == 0)
            throw new RuleException("coaching.notYours", "You do not coach this person any more.", RuleKind.Forbidden);
        db.Touch([.. coached, coach]);
    }

    /// <summary>
    /// The coach's row, which is read before it is asked whom they coach, and changed with what is planned: whoever ends the coaching
    /// meanwhile changes it too, as whoever withdraws a learner changes their enrolment, and the later of the two runs again.
    /// </summary>
    private Task<Person> Coach(CancellationToken ct) => db.Users.SingleAsync(p => p.Id == caller.PersonId, ct);

    /// <summary>Records it, keeps the version, and says who was not expected.</summary>
    public async Task Record(CoachingSession session, SessionRecord record, CancellationToken ct)
    {
        var now = clock.UtcNow();
        var expected = session.Participants.Select(p => p.PersonId).ToHashSet();
        var further = record.Participants!.Select(p => p.PersonId!.Value).Where(id => !expected.Contains(id)).ToList();
        var invited = further.Count == 0 ? [] : await Find(further, session.CohortId, ct);
        await MustBeObservedEarlier(session, record.Participants!, ct);
        await MustBeReviewed(record.Participants!, ct);
        var thisMonth = Months.Of(DateOnly.FromDateTime(session.StartsAt.AddHours(14)));
        session.Record(
            record.Mode ?? session.Mode, record.Minutes ?? session.Minutes, [.. record.Participants!.Select(p => Of(p, thisMonth))],
            invited, now);
        db.Add(new SessionRecordVersion(
            NewId.At(now), session.Id, session.Records, caller.PersonId, now, JsonSerializer.Serialize(record)));
    }

    private static ParticipantRecord Of(RecordedParticipant said, DateOnly thisMonth)
    {
        Observation? observation = null;
        if (said.Observation is { } seen)
        {
            var month = Months.Parse(seen.Month!);
            if (month > thisMonth || month < thisMonth.AddMonths(-MonthsBack))
                throw new RuleException("session.observation.month",
                    $"The month of an observation is the session's or one of the {MonthsBack} before it.", RuleKind.Invalid);
            observation = new(seen.Kind!.Value, month, seen.ReviewId);
        }

        return new(
            said.PersonId!.Value, said.Attendance!.Value, observation, said.Feedback ?? false, said.Practice ?? false, said.Debriefs);
    }

    /// <summary>Feedback that names an earlier session is about what the same coach saw of the same person there.</summary>
    private async Task MustBeObservedEarlier(CoachingSession session, IReadOnlyList<RecordedParticipant> participants, CancellationToken ct)
    {
        var named = participants.Where(p => p.Debriefs is not null).ToList();
        if (named.Count == 0) return;
        var ids = named.Select(p => p.Debriefs!.Value).ToHashSet();
        var seen = await db.CoachingSessions
            .Where(s => ids.Contains(s.Id) && s.Id != session.Id && s.CoachId == session.CoachId && s.StartsAt <= session.StartsAt)
            .Join(db.SessionParticipants.Where(p => p.Observation != null), s => s.Id, p => p.SessionId, (s, p) => new { s.Id, p.PersonId })
            .ToListAsync(ct);
        if (named.Exists(p => !seen.Exists(s => s.Id == p.Debriefs && s.PersonId == p.PersonId)))
            throw new RuleException("session.debriefs.unknown",
                "Feedback can be about an earlier session of yours, in which this person was observed.", RuleKind.Invalid);
    }

    /// <summary>A review of what was observed is of that person's practice, and one that the caller sees.</summary>
    private async Task MustBeReviewed(IReadOnlyList<RecordedParticipant> participants, CancellationToken ct)
    {
        var named = participants.Where(p => p.Observation?.ReviewId is not null).ToList();
        if (named.Count == 0) return;
        var ids = named.Select(p => p.Observation!.ReviewId!.Value).ToHashSet();
        var subjects = await db.FidelityReviews.SeenBy(caller, db).Where(r => ids.Contains(r.Id))
            .ToDictionaryAsync(r => r.Id, r => r.SubjectId, ct);
        if (named.Exists(p => !subjects.TryGetValue(p.Observation!.ReviewId!.Value, out var subject) || subject != p.PersonId))
            throw new RuleException("review.unknown", "There is no such fidelity review of this person.", RuleKind.Invalid);
    }

    /// <summary>Who is not to be seen is not there; who is seen, and not coached, is not the caller's to coach.</summary>
    private async Task<Exception> Refusal(Guid person, CancellationToken ct)
    {
        if (await db.CoachingRelationships.Active(db).AnyAsync(r => r.CoachId == caller.PersonId && r.CoacheeId == person, ct)
            || await db.Enrolments.CoachedBy(caller, db).AnyAsync(e => e.PersonId == person, ct))
            return new RuleException("coaching.notEnrolled", "Whom you coach does not learn there, or has left.", RuleKind.Invalid)
                .With("personId", person);
        return await db.KnowsOf(caller, person, ct)
            ? new RuleException("coaching.notYours", "You do not coach this person.", RuleKind.Forbidden).With("personId", person)
            : new NotFoundException("person");
    }
}
