using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Configuration;
using MiiWrap.Learning.Api.Content;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Coaching;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Enrolments;
using MiiWrap.Learning.Domain.Fidelity;
using MiiWrap.Learning.Domain.FollowUps;
using MiiWrap.Learning.Domain.Nudges;
using MiiWrap.Learning.Domain.Reflections;
using MiiWrap.Learning.Domain.Transfer;

namespace MiiWrap.Learning.Api.Features.Agencies;

/// <summary>
/// Takes out the words of reflections, coaching sessions, action items, fidelity reviews, and the notes and plans beside a learner's work,
/// whose time is over, a bounded number at a turn, and writes down that it did; returns how many.
/// </summary>
public sealed record PurgeReflections : ICommand<int>;

internal sealed class PurgeReflectionsHandler(LearningDb db, CurriculumLibrary library, Settings settings, TimeProvider clock,
    ILogger<PurgeReflections> log) : IRequestHandler<PurgeReflections, int>
{
    private const int Batch = 50;
    private const int MostAtATurn = 1000;

    public async Task<int> Handle(PurgeReflections request, CancellationToken cancellationToken)
    {
        var purged = 0;
        if (settings.RetentionLegalHold) return purged;
        foreach (var due in await Due(cancellationToken))
        {
            int batch;
            do
            {
                try
                {
                    batch = await Purge(due, cancellationToken);
                }
                catch (Exception e) when (e.IsOfOneRow())
                {
                    log.LogError(e, "Some words of cohort {CohortId} could not be purged: now one by one", due.CohortId);
                    purged += await PurgeOneByOne(due, cancellationToken);
                    break;
                }

                purged += batch;
                if (purged >= MostAtATurn) return purged;
            }
            while (batch == Batch);
        }

        if (purged > 0)
            log.LogInformation(
                "The words of {Count} reflections, sessions, action items, reviews and learners' notes were purged: their time was over",
                purged);
        return purged;
    }

    /// <summary>One that is damaged keeps none of the others.</summary>
    private async Task<int> PurgeOneByOne(DueWords due, CancellationToken ct)
    {
        db.ChangeTracker.Clear();
        var purged = 0;
        foreach (var id in await IdsOf(due, clock.UtcNow()).Take(MostAtATurn).ToListAsync(ct))
        {
            try
            {
                purged += await Purge(due, ct, only: id);
            }
            catch (Exception e) when (e.IsOfOneRow())
            {
                db.ChangeTracker.Clear();
                log.LogError(e, "{Text} could not be purged", id);
            }
        }

        return purged;
    }

    /// <summary>
    /// The agencies' learners of each cohort that ended so long ago, and its sessions; and the sessions of none, which go by their own day.
    /// </summary>
    private async Task<List<DueWords>> Due(CancellationToken ct)
    {
        var now = clock.UtcNow();
        var earliest = DateOnly.FromDateTime(now).AddMonths(-Retention.LeastMonths);
        var noted = WithNotes(now.AddMonths(-Retention.LeastMonths));
        var old = await db.Cohorts
            .Where(c => c.StartsOn < earliest
                && (db.Reflections.Any(r => r.CohortId == c.Id && r.PurgedAt == null && r.Status != ReflectionStatus.RedactionHold)
                    || db.CoachingSessions.Any(s => s.CohortId == c.Id && s.PurgedAt == null && s.WordsAt != null && !s.IsHeld)
                    || db.Enrolments.Any(e => e.CohortId == c.Id && db.ActionItems.Any(i => i.EnrolmentId == e.Id && i.PurgedAt == null))
                    || noted.Any(e => e.CohortId == c.Id)))
            .OrderBy(c => c.StartsOn).ThenBy(c => c.Id).Select(c => c.Id).ToArrayAsync(ct);
        // One that is damaged keeps none of the others.
        var cohorts = (await RowFault.LoadReadableAsync(
            old,
            some => db.Cohorts.AsNoTracking().Where(c => some.Contains(c.Id)).ToListAsync(ct),
            (id, e) =>
            {
                log.LogError(e, "Cohort {CohortId} cannot be read: nothing of it is purged", id);
                return Task.CompletedTask;
            })).OrderBy(c => c.StartsOn).ThenBy(c => c.Id).ToList();
        var ids = cohorts.Select(c => c.Id).ToList();
        var groups = (await db.Enrolments.Where(e => ids.Contains(e.CohortId)).Select(e => new { e.CohortId, e.AgencyId }).Distinct()
            .ToListAsync(ct)).ToLookup(g => g.CohortId, g => g.AgencyId);
        var policies = await db.Agencies.Where(a => a.RetentionMonths != null || a.LegalHoldSince != null)
            .Select(a => new { a.Id, a.RetentionMonths, IsHeld = a.LegalHoldSince != null }).ToDictionaryAsync(a => a.Id, ct);
        var periods = policies.Values.Where(p => !p.IsHeld).Select(p => p.RetentionMonths).OfType<int>().Append(settings.RetentionMonths)
            .Distinct().Order().ToList();
        List<DueWords> due =
        [
            .. periods.Select(months => new DueSessions(null, months)),
            .. periods.Select(months => Math.Max(months, Retention.FidelityMonths)).Distinct().Select(months => new DueFidelity(months)),
        ];
        foreach (var cohort in cohorts)
        {
            if (await library.Find(db, cohort.Curriculum, cohort.CurriculumVersion, ct) is not { } curriculum)
            {
                log.LogError("Cohort {CohortId} is pinned to a curriculum that is not there: nothing of it is purged", cohort.Id);
                continue;
            }

            var end = cohort.EndsOn(curriculum);
            foreach (var agency in groups[cohort.Id])
            {
                var policy = agency is { } id ? policies.GetValueOrDefault(id) : null;
                var months = policy?.RetentionMonths ?? settings.RetentionMonths;
                if (policy is { IsHeld: true } || Retention.EndsOn(end, months) > cohort.Today(now)) continue;
                due.Add(new DueReflections(cohort.Id, agency, months));
                due.Add(new DueItems(cohort.Id, agency, months));
                due.Add(new DueNotes(cohort.Id, agency, months));
            }

            due.AddRange(periods.Where(m => Retention.EndsOn(end, m) <= cohort.Today(now)).Select(m => new DueSessions(cohort.Id, m)));
        }

        return due;
    }

    private IQueryable<Guid> IdsOf(DueWords due, DateTime now) => due switch
    {
        DueReflections reflections => DueNow(reflections, now).OrderBy(r => r.Id).Select(r => r.Id),
        DueSessions sessions => DueNow(sessions, now).OrderBy(s => s.Id).Select(s => s.Id),
        DueItems items => DueNow(items, now).OrderBy(i => i.Id).Select(i => i.Id),
        DueNotes notes => DueNow(notes, now).OrderBy(e => e.Id).Select(e => e.Id),
        DueFidelity reviews => DueNow(reviews, now).OrderBy(r => r.Id).Select(r => r.Id),
        _ => throw new InvalidOperationException($"{due} are no words that are purged."),
    };

    private IQueryable<Reflection> DueNow(DueReflections due, DateTime now)
    {
        var writtenBefore = now.AddMonths(-due.Months);
        return db.Reflections.Where(r => r.CohortId == due.CohortId && r.PurgedAt == null && r.Status != ReflectionStatus.RedactionHold
            && r.DraftSavedAt < writtenBefore && (r.SubmittedAt == null || r.SubmittedAt < writtenBefore)
            && db.Enrolments.Any(e => e.Id == r.EnrolmentId && e.AgencyId == due.AgencyId));
    }

    /// <summary>Those of whose learners no agency keeps the words for longer.</summary>
    private IQueryable<CoachingSession> DueNow(DueSessions due, DateTime now)
    {
        var (before, usual) = (now.AddMonths(-due.Months), settings.RetentionMonths);
        var keptByOthers = usual > due.Months;
        return db.CoachingSessions.Where(s => s.CohortId == due.CohortId && s.PurgedAt == null && s.WordsAt != null && s.WordsAt < before
            && !s.IsHeld && (s.CohortId != null || s.StartsAt < before)
            && !s.Participants.Any(p => db.Enrolments.Any(e => e.Id == p.EnrolmentId
                && (e.AgencyId == null
                    ? keptByOthers
                    : db.Agencies.Any(a => a.Id == e.AgencyId
                        && (a.LegalHoldSince != null || (a.RetentionMonths ?? usual) > due.Months))))));
    }

    private IQueryable<ActionItem> DueNow(DueItems due, DateTime now)
    {
        var before = now.AddMonths(-due.Months);
        return db.ActionItems.Where(i => i.PurgedAt == null && i.CreatedAt < before && (i.ClosedAt == null || i.ClosedAt < before)
            && !i.Evidence.Any(e => e.RecordedAt >= before)
            && db.Enrolments.Any(e => e.Id == i.EnrolmentId && e.CohortId == due.CohortId && e.AgencyId == due.AgencyId));
    }

    private IQueryable<Enrolment> DueNow(DueNotes due, DateTime now) =>
        WithNotes(now.AddMonths(-due.Months)).Where(e => e.CohortId == due.CohortId && e.AgencyId == due.AgencyId);

    /// <summary>Enrolments beside whose work somebody has written something before this moment that is still there.</summary>
    private IQueryable<Enrolment> WithNotes(DateTime before)
    {
        var (checkIns, followUps, plans, reasons) = (CheckIns(before), FollowUps(before), Plans(before), EndReasons(before));
        return db.Enrolments.Where(e => checkIns.Any(n => n.EnrolmentId == e.Id) || followUps.Any(f => f.EnrolmentId == e.Id)
            || plans.Any(o => o.EnrolmentId == e.Id) || reasons.Any(r => r.EnrolmentId == e.Id)
            || e.Units.Any(u => u.IfThen != null && u.IfThen.Cue != "" && u.CompletedAt < before));
    }

    /// <summary>Of the asks about action items too.</summary>
    private IQueryable<Nudge> CheckIns(DateTime before) =>
        db.Nudges.Where(n => n.Response != null && n.Response.Note != null && n.Response.RespondedAt < before);

    private IQueryable<FollowUp> FollowUps(DateTime before) => db.FollowUps.Where(f => f.Note != null && f.ClosedAt < before);

    /// <summary>Plans that no ask repeats any more.</summary>
    private IQueryable<TransferOpportunity> Plans(DateTime before)
    {
        var now = clock.UtcNow();
        return db.Opportunities.Where(o => o.IfThen != null && o.IfThen.Cue != "" && o.StartsAt < before
            && !db.Nudges.Any(n => n.OpportunityId == o.Id && n.Status == NudgeStatus.Planned && n.ExpiresAt > now));
    }

    /// <summary>
    /// Why relationships ended, with the enrolments for which they held; with any of the coachee's where they have moved elsewhere since.
    /// </summary>
    private IQueryable<CoachedEnrolment> EndReasons(DateTime before)
    {
        var ended = db.CoachingRelationships.Where(r => r.EndReason != null && r.EndedAt < before);
        var tied = ended.WithEnrolments(db);
        return ended.Join(db.Enrolments, r => r.CoacheeId, e => e.PersonId, (r, e) => new { Relationship = r, Enrolment = e })
            .Where(c => tied.Any(t => t.Relationship.Id == c.Relationship.Id && t.EnrolmentId == c.Enrolment.Id)
                || !tied.Any(t => t.Relationship.Id == c.Relationship.Id))
            .Select(c => new CoachedEnrolment { Relationship = c.Relationship, EnrolmentId = c.Enrolment.Id });
    }

    private IQueryable<FidelityReview> DueNow(DueFidelity due, DateTime now)
    {
        var (before, usual) = (now.AddMonths(-due.Months), settings.RetentionMonths);
        var keptByOthers = usual > due.Months;
        return db.FidelityReviews.Where(r => r.PurgedAt == null && r.WordsAt != null && r.WordsAt < before
            && db.Enrolments.Any(e => e.Id == r.EnrolmentId
                && (e.AgencyId == null
                    ? !keptByOthers
                    : db.Agencies.Any(a => a.Id == e.AgencyId
                        && a.LegalHoldSince == null && (a.RetentionMonths ?? usual) <= due.Months))));
    }

    private Task<int> Purge(DueWords due, CancellationToken ct, Guid? only = null) => db.InTransactionAsync(
        async token =>
        {
            var now = clock.UtcNow();
            var ids = await IdsOf(due, now).Where(id => only == null || id == only).Take(Batch).ToListAsync(token);
            if (ids.Count == 0) return 0;
            var records = due switch
            {
                DueReflections reflections => await PurgeReflections(reflections, ids, now, token),
                DueSessions sessions => await PurgeSessions(sessions, ids, now, token),
                DueItems items => await PurgeItems(items, ids, now, token),
                DueNotes notes => await PurgeNotes(notes, ids, now, token),
                DueFidelity reviews => await PurgeFidelity(reviews, ids, now, token),
                _ => [],
            };
            if (records.Count == 0) return 0;
            db.AddRange(records);
            await db.SaveChangesAsync(token);
            return ids.Count;
        },
        commit: null,
        ct);

    private async Task<IReadOnlyList<RetentionRecord>> PurgeReflections(
        DueReflections due, List<Guid> ids, DateTime now, CancellationToken ct)
    {
        // Asked once more: what somebody has written meanwhile is due no longer.
        var reflections = await DueNow(due, now).AsSplitQuery().Include(r => r.Revisions).Include(r => r.Reviews)
            .Where(r => ids.Contains(r.Id)).OrderBy(r => r.Id).ToListAsync(ct);
        var agencies = await LetGo(reflections.Select(r => r.EnrolmentId), due.Months, ct);
        if (agencies is null || agencies.Values.Any(a => a != due.AgencyId)) return [];
        var messages = (await db.ReflectionMessages.Where(m => ids.Contains(m.ReflectionId)).ToListAsync(ct)).ToLookup(m => m.ReflectionId);
        foreach (var reflection in reflections) reflection.Purge(messages[reflection.Id], now);
        return
        [
            RetentionRecord.OfPurge(due.AgencyId, due.CohortId!.Value, due.Months, reflections, messages.Sum(m => m.Count()), now),
        ];
    }

    /// <summary>Each agency is told of those in which its people took part.</summary>
    private async Task<IReadOnlyList<RetentionRecord>> PurgeSessions(DueSessions due, List<Guid> ids, DateTime now, CancellationToken ct)
    {
        var sessions = await DueNow(due, now).AsSplitQuery().Include(s => s.Participants).Include(s => s.Texts)
            .Where(s => ids.Contains(s.Id)).OrderBy(s => s.Id).ToListAsync(ct);
        if (await LetGo(sessions.SelectMany(s => s.Participants).Select(p => p.EnrolmentId), due.Months, ct) is not { } agencies) return [];
        foreach (var session in sessions) session.Purge(now);
        return
        [
            .. sessions.SelectMany(s => s.Participants.Select(p => agencies[p.EnrolmentId]).Distinct()).GroupBy(agency => agency)
                .Select(agency => RetentionRecord.OfSessions(agency.Key, due.CohortId, due.Months, agency.Count(), now)),
        ];
    }

    private async Task<IReadOnlyList<RetentionRecord>> PurgeItems(DueItems due, List<Guid> ids, DateTime now, CancellationToken ct)
    {
        var items = await DueNow(due, now).Include(i => i.Evidence).Where(i => ids.Contains(i.Id)).OrderBy(i => i.Id).ToListAsync(ct);
        var agencies = await LetGo(items.Select(i => i.EnrolmentId), due.Months, ct);
        if (agencies is null || agencies.Values.Any(a => a != due.AgencyId)) return [];
        foreach (var item in items) item.Purge(now);
        return [RetentionRecord.OfItems(due.AgencyId, due.CohortId!.Value, due.Months, items.Count, now)];
    }

    private async Task<IReadOnlyList<RetentionRecord>> PurgeNotes(DueNotes due, List<Guid> ids, DateTime now, CancellationToken ct)
    {
        var agencies = await LetGo(ids, due.Months, ct);
        if (agencies is null || agencies.Values.Any(a => a != due.AgencyId)) return [];
        var before = now.AddMonths(-due.Months);
        foreach (var nudge in await CheckIns(before).Where(n => ids.Contains(n.EnrolmentId)).ToListAsync(ct)) nudge.PurgeNote();
        foreach (var followUp in await FollowUps(before).Where(f => ids.Contains(f.EnrolmentId)).ToListAsync(ct)) followUp.PurgeNote();
        foreach (var opportunity in await Plans(before).Where(o => ids.Contains(o.EnrolmentId)).ToListAsync(ct)) opportunity.PurgePlan();
        foreach (var ended in await EndReasons(before).Where(c => ids.Contains(c.EnrolmentId)).Select(c => c.Relationship).ToListAsync(ct))
            ended.PurgeReason();
        foreach (var enrolment in await db.Enrolments.Include(e => e.Units).Where(e => ids.Contains(e.Id)).ToListAsync(ct))
            enrolment.PurgePlans(before);
        return [RetentionRecord.OfNotes(due.AgencyId, due.CohortId!.Value, due.Months, now)];
    }

    /// <summary>Each agency is told of those of its learners.</summary>
    private async Task<IReadOnlyList<RetentionRecord>> PurgeFidelity(DueFidelity due, List<Guid> ids, DateTime now, CancellationToken ct)
    {
        var reviews = await DueNow(due, now).Where(r => ids.Contains(r.Id)).OrderBy(r => r.Id).ToListAsync(ct);
        if (await LetGo(reviews.Select(r => r.EnrolmentId), due.Months, ct) is not { } agencies) return [];
        foreach (var review in reviews) review.Purge(now);
        return
        [
            .. reviews.GroupBy(r => agencies[r.EnrolmentId])
                .Select(agency => RetentionRecord.OfFidelityReviews(agency.Key, due.Months, agency.Count(), now)),
        ];
    }

    /// <summary>
    /// The agencies of these enrolments, if each lets its people's words go after so many months; null if one does not any more. Their rows
    /// and those of the enrolments are saved with the purge: a hold or another period that is set meanwhile, or a learner who moves to an
    /// agency that holds words back, changes such a row too, so the later of the two finds the other and runs again.
    /// </summary>
    private async Task<IReadOnlyDictionary<Guid, Guid?>?> LetGo(IEnumerable<Guid> enrolmentIds, int months, CancellationToken ct)
    {
        var ids = enrolmentIds.ToHashSet();
        var enrolments = await db.Enrolments.Where(e => ids.Contains(e.Id)).ToListAsync(ct);
        var agencyIds = enrolments.Select(e => e.AgencyId).OfType<Guid>().ToHashSet();
        var agencies = await db.Agencies.Where(a => agencyIds.Contains(a.Id)).ToListAsync(ct);
        if (agencies.Exists(a => a.LegalHoldSince is not null || (a.RetentionMonths ?? settings.RetentionMonths) > months)) return null;
        db.Touch([.. enrolments, .. agencies]);
        return enrolments.ToDictionary(e => e.Id, e => e.AgencyId);
    }

    /// <summary>Words that go together: those of a cohort, or of no cohort, after so many months.</summary>
    private abstract record DueWords(Guid? CohortId, int Months);

    private sealed record DueReflections(Guid? CohortId, Guid? AgencyId, int Months) : DueWords(CohortId, Months);

    private sealed record DueSessions(Guid? CohortId, int Months) : DueWords(CohortId, Months);

    private sealed record DueItems(Guid? CohortId, Guid? AgencyId, int Months) : DueWords(CohortId, Months);

    /// <summary>
    /// What stands beside a learner's work: notes of check-ins and follow-ups, plans of units, and why somebody coached them no more.
    /// </summary>
    private sealed record DueNotes(Guid? CohortId, Guid? AgencyId, int Months) : DueWords(CohortId, Months);

    /// <summary>Reviews are of no cohort: they go by the day on which somebody last wrote in them.</summary>
    private sealed record DueFidelity(int Months) : DueWords(null, Months);
}
