using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Data.Entities;
using MiiWrap.Learning.Api.Mail;
using MiiWrap.Learning.Domain.Cohorts;
using MiiWrap.Learning.Domain.Enrolments;
using MiiWrap.Learning.Domain.FollowUps;
using MiiWrap.Learning.Domain.Messaging;

namespace MiiWrap.Learning.Api.Features.FollowUps;

/// <summary>
/// A learner who would like to talk owes those who coach them a mail, in the same save: their coach, with the cohort's instructors, its
/// leads where it has none, and programme admins where there is nobody of these. Who has no access counts as not there, and hears of it
/// when they are back; who supervises or administers at the learner's agency is never told.
/// </summary>
internal sealed class QueueTalkNotice(LearningDb db, StaffNotices staff)
    : INotificationHandler<DomainEventNotification<TalkRequested>>, INotificationHandler<DomainEventNotification<AccessEnded>>,
    INotificationHandler<DomainEventNotification<AccessRestored>>, INotificationHandler<DomainEventNotification<AgencyMemberAdded>>,
    INotificationHandler<DomainEventNotification<EnrolmentChanged>>
{
    public async Task Handle(DomainEventNotification<TalkRequested> notification, CancellationToken cancellationToken)
    {
        var (followUp, at) = notification.Event;
        var (teaching, coaches, _) = await ReceiversOf(
            new(followUp.CohortId, followUp.EnrolmentId, followUp.PersonId), [], cancellationToken);
        // Whoever ends the access of one of them meanwhile changes these rows too: the later of the two runs again.
        List<Person> all = [.. teaching.Union(coaches)];
        db.Touch(all);
        if (all.Count > 0) await db.QueueNotices(all, MailKind.TalkRequested, at, cancellationToken);
        else await staff.QueueMissing(followUp.CohortId, at, cancellationToken);
    }

    /// <summary>What was theirs to see to is told to whoever is left.</summary>
    public async Task Handle(DomainEventNotification<AccessEnded> notification, CancellationToken cancellationToken)
    {
        var (person, at) = notification.Event;
        foreach (var learner in await WaitingFor(person, cancellationToken)) await PassOn(learner, [], at, cancellationToken);
    }

    public async Task Handle(DomainEventNotification<AccessRestored> notification, CancellationToken cancellationToken)
    {
        var (person, _, at) = notification.Event;
        foreach (var learner in await WaitingFor(person, cancellationToken))
        {
            var (teaching, coaches, _) = await ReceiversOf(learner, [], cancellationToken);
            if (!teaching.Contains(person) && !coaches.Contains(person)) continue;
            await db.QueueNotices([person], MailKind.TalkRequested, at, cancellationToken);
            return;
        }
    }

    /// <summary>Who comes to supervise or administer at an agency sees to its learners no more.</summary>
    public async Task Handle(DomainEventNotification<AgencyMemberAdded> notification, CancellationToken cancellationToken)
    {
        var (agency, managerId, at) = notification.Event;
        var ofAgency = db.Enrolments.Where(e => e.AgencyId == agency.Id).Select(e => e.PersonId);
        var waiting = await Learners(
            db.FollowUps.OfTalksToldTo(managerId, db).Where(f => ofAgency.Contains(f.PersonId)), cancellationToken);
        // Whoever asks for a talk meanwhile, and counts on them, changes this row too: the later of the two runs again.
        db.Touch(await db.Users.Where(p => p.Id == managerId).ToListAsync(cancellationToken));
        foreach (var learner in waiting) await PassOn(learner, [managerId], at, cancellationToken);
    }

    /// <summary>Who comes to an agency is seen to no more by whoever supervises or administers there.</summary>
    public async Task Handle(DomainEventNotification<EnrolmentChanged> notification, CancellationToken cancellationToken)
    {
        var (enrolment, at) = notification.Event;
        if (enrolment.AgencyId is not { } agencyId || !db.Entry(enrolment).Property(e => e.AgencyId).IsModified) return;
        var managers = await db.AgencyMembers.Where(m => m.AgencyId == agencyId).Select(m => m.PersonId).ToListAsync(cancellationToken);
        var enrolments = db.Enrolments.Where(e => e.PersonId == enrolment.PersonId).Select(e => e.Id);
        var waiting = await Learners(
            db.FollowUps.OfTalks().Where(f => enrolments.Contains(f.EnrolmentId)
                && (db.CohortMembers.Any(m => m.CohortId == f.CohortId && managers.Contains(m.PersonId))
                    || db.CoachingRelationships.Any(r => r.CoacheeId == f.PersonId && r.EndedAt == null && managers.Contains(r.CoachId)))),
            cancellationToken);
        foreach (var learner in waiting) await PassOn(learner, managers, at, cancellationToken);
    }

    /// <summary>Tells whoever is left of a learner who waits; where others instruct or coach them, those were told at the time.</summary>
    private async Task PassOn(WaitingLearner learner, IReadOnlyCollection<Guid> besides, DateTime at, CancellationToken ct)
    {
        var (teaching, coaches, instruct) = await ReceiversOf(learner, besides, ct);
        if (instruct) return;
        if (teaching.Count > 0) await db.QueueNotices(teaching, MailKind.TalkRequested, at, ct);
        else if (coaches.Count == 0) await staff.QueueMissing(learner.CohortId, at, ct);
    }

    /// <summary>The learners who would like to talk and whom this person sees to.</summary>
    private Task<List<WaitingLearner>> WaitingFor(Person person, CancellationToken ct) =>
        Learners(db.FollowUps.OfTalksToldTo(person.Id, db).Where(f => f.PersonId != person.Id), ct);

    /// <summary>Of each enrolment one thing is open at most.</summary>
    private static Task<List<WaitingLearner>> Learners(IQueryable<FollowUp> followUps, CancellationToken ct) =>
        followUps.Select(f => new WaitingLearner(f.CohortId, f.EnrolmentId, f.PersonId)).ToListAsync(ct);

    /// <summary>Those who would hear of it: who teaches, and whether they instruct, and who coaches them without that.</summary>
    /// <param name="besides">Who supervises or administers at the learner's agency from this save on.</param>
    private async Task<(List<Person> Teaching, List<Person> Coaches, bool Instruct)> ReceiversOf(
        WaitingLearner learner, IReadOnlyCollection<Guid> besides, CancellationToken ct)
    {
        var managers = db.ManagersOf(learner.PersonId);
        var members = await db.CohortMembers
            .Where(m => m.CohortId == learner.CohortId && m.PersonId != learner.PersonId && !managers.Contains(m.PersonId))
            .Select(m => new { m.PersonId, IsInstructor = m.Role == CohortRole.Instructor }).ToListAsync(ct);
        members.RemoveAll(m => besides.Contains(m.PersonId));
        var coaching = await db.CoachesOf(learner.EnrolmentId).ToListAsync(ct);
        var coaches = await staff.WithAccess(coaching.Except(besides), ct);
        var people = await staff.WithAccess(members.Select(m => m.PersonId), ct);
        var ids = members.Where(m => m.IsInstructor).Select(m => m.PersonId).ToHashSet();
        var instructors = people.FindAll(p => ids.Contains(p.Id));
        return instructors.Count > 0 ? (instructors, coaches, true) : (people, coaches, false);
    }

    private sealed record WaitingLearner(Guid CohortId, Guid EnrolmentId, Guid PersonId);
}

/// <summary>The mail that says that somebody would like to talk, and neither who nor about what.</summary>
internal static class TalkMailTemplates
{
    private static readonly MailTemplate Requested = new(MailKind.TalkRequested, "Someone would like to talk with you")
    {
        Paragraphs = _ =>
        [
            "In a cohort where you coach, somebody has answered a check-in and would like to talk. Sign in to see who it is among the follow-ups, and close it there when you have spoken.",
        ],
        Page = new("Open the program", "/"),
        Footer = "This mail says no more than that, on purpose.",
        KeepsHours = true,
        WaitsForAccess = true,
        IsStillWanted = (db, _, person, ct) => db.FollowUps.OfTalksToldTo(person.Id, db).AnyAsync(ct),
    };

    public static IServiceCollection AddTalkMails(this IServiceCollection services) => services.AddSingleton(Requested);
}

internal static class TalkQueries
{
    /// <summary>Who waits for a talk.</summary>
    public static IQueryable<FollowUp> OfTalks(this IQueryable<FollowUp> followUps) =>
        followUps.Where(f => f.ClosedAt == null && f.Triggers.Any(t => t.Reason == FollowUpReason.WantsToTalk));

    /// <summary>
    /// Who waits for a talk, in cohorts in which this person has a part or coached by them: nobody whose agency they supervise or
    /// administer.
    /// </summary>
    public static IQueryable<FollowUp> OfTalksToldTo(this IQueryable<FollowUp> followUps, Guid personId, LearningDb db)
    {
        var (cohorts, own) = (CoachingQueries.CohortsOf(personId, db), db.LearnersOfAgenciesOf(personId));
        var coached = db.Enrolments.SeenToBy(personId, db).Select(e => e.Id);
        return followUps.OfTalks()
            .Where(f => (cohorts.Contains(f.CohortId) && !own.Contains(f.PersonId)) || coached.Contains(f.EnrolmentId));
    }
}
