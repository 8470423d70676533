using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Content;
using MiiWrap.Learning.Api.Contracts;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Coaching;
using MiiWrap.Learning.Domain.Cohorts;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Curricula;
using MiiWrap.Learning.Domain.Enrolments;
using MiiWrap.Learning.Domain.Nudges;
using MiiWrap.Learning.Domain.Reflections;

namespace MiiWrap.Learning.Api.Features.Coaching;

/// <summary>
/// What a coachee works on, beside what their coach has set out to do in the units that mirror it, for that coach alone. The coachee's
/// words are in it as far as they share them, and that they were read stands in the access log of their unit.
/// </summary>
/// <param name="RelationshipId">The coaching relationship.</param>
public sealed record GetCoachingMirror(Guid RelationshipId) : IQuery<CoachingMirror>;

/// <summary>A coachee's work beside their coach's own.</summary>
/// <param name="Shares">What the coachee lets the coach see; it says what is left out here.</param>
/// <param name="Journeys">
/// The enrolments for which the relationship holds, the first one first; none of those that the coachee has left.
/// </param>
/// <param name="Items">The coachee's steps that are proposed or agreed and that the coach may read, the first due first.</param>
public sealed record CoachingMirror(
    Guid RelationshipId, CoachingPerson Coachee, Shares Shares, IReadOnlyList<MirroredJourney> Journeys, IReadOnlyList<MirrorItem> Items);

/// <summary>How far a coachee is in one course, and what of it they work on.</summary>
/// <param name="Curriculum" example="facilitator-foundations">The course.</param>
/// <param name="Version">The number of the course's version.</param>
/// <param name="Title">What the course is called.</param>
/// <param name="Current">
/// The unit that they work on: the one completed last, and before the first the one begun last or the first to begin; null for none.
/// </param>
/// <param name="Next">The first open unit that is not completed; null where none is open.</param>
public sealed record MirroredJourney(
    Guid EnrolmentId, string Curriculum, int Version, string Title, int UnitsCompleted, int UnitsTotal, MirroredWork? Current,
    MirrorUnit? Next);

/// <summary>A unit of a course, by name.</summary>
public sealed record MirrorUnit(string Slug, string Title);

/// <summary>The unit that a coachee works on.</summary>
/// <param name="IfThen">What they mean to do; null where they do not share it, or have none.</param>
/// <param name="LastAnswer">Their last answer to a check-in about it; likewise.</param>
/// <param name="Reflection">What they have handed in about it; null where they do not share it, or nothing may be read.</param>
/// <param name="Mirrors">The units of other courses in which the same is learned from the other side.</param>
public sealed record MirroredWork(
    string Slug, string Title, UnitState State, DateTime? CompletedAt, PlanView? IfThen, NudgeAnswer? LastAnswer,
    MirroredReflection? Reflection, IReadOnlyList<OwnMirror> Mirrors);

/// <summary>What a coachee has handed in last about a unit.</summary>
/// <param name="Answers">Their words, by prompt.</param>
public sealed record MirroredReflection(DateTime SubmittedAt, IReadOnlyDictionary<string, string> Answers);

/// <summary>A unit that mirrors the coachee's, and what the coach has set out to do in it.</summary>
/// <param name="Curriculum" example="miiwrap-coaching-cohort">The course that the unit is of.</param>
/// <param name="Title">What the unit is called; null where the coach does not learn in that course.</param>
/// <param name="EnrolmentId">The coach's own enrolment there; null for none.</param>
/// <param name="State">Where the coach stands in it; null without an enrolment.</param>
/// <param name="IfThen">The coach's own plan; null before it is completed.</param>
/// <param name="LastAnswer">The coach's own last answer to a check-in about it; null for none.</param>
public sealed record OwnMirror(
    string Curriculum, string Slug, string? Title, Guid? EnrolmentId, UnitState? State, PlanView? IfThen, NudgeAnswer? LastAnswer);

/// <summary>A coachee's step.</summary>
/// <param name="State">Whether it is agreed, or waits for that.</param>
/// <param name="Sign" example="They have spoken more than I have.">How both will know that it was done.</param>
/// <param name="Unit">The unit whose practice it is; null for none.</param>
/// <param name="DueOn">The day by which it is done.</param>
public sealed record MirrorItem(Guid Id, ActionState State, PlanView? IfThen, string Sign, string? Unit, DateOnly DueOn);

internal sealed class GetCoachingMirrorHandler(LearningDb db, Caller caller, CurriculumLibrary library, TimeProvider clock)
    : IRequestHandler<GetCoachingMirror, CoachingMirror>
{
    public async Task<CoachingMirror> Handle(GetCoachingMirror request, CancellationToken cancellationToken)
    {
        var now = clock.UtcNow();
        var found = await Find(request.RelationshipId, cancellationToken);
        var learned = await FindLearned(request.RelationshipId, now, cancellationToken);
        var (theirs, own) = (learned.FindAll(l => l.Enrolment.PersonId == found.Relationship.CoacheeId),
            learned.FindAll(l => l.Enrolment.PersonId != found.Relationship.CoacheeId));
        var said = await FindSaid(theirs, own, found, now, cancellationToken);
        var journeys = theirs.ConvertAll(l => Mirrored(l, own, said, found.Shares));
        await NoteReadings(journeys, said, found.CallerName, now, cancellationToken);
        return new(found.Relationship.Id, new(found.Relationship.CoacheeId, found.CoacheeName), found.Shares, journeys,
            [.. found.Items.Select(i => new MirrorItem(i.Id, i.State, PlanView.Of(i.IfThen), i.Sign, i.Unit, i.DueOn))]);
    }

    /// <summary>The relationship with the steps that the caller may read; refused to whoever is not its coach at present.</summary>
    private async Task<Coached> Find(Guid id, CancellationToken ct)
    {
        var (active, supervised) = (db.CoachingRelationships.Active(db), db.CoachingRelationships.Supervised(db));
        var held = db.CoachingRelationships.Where(r => r.Id == id).WithEnrolments(db).Select(c => c.EnrolmentId);
        var items = db.ActionItems.CoachedBy(caller.AsStaff, db)
            .Where(i => held.Contains(i.EnrolmentId) && (i.State == ActionState.Proposed || i.State == ActionState.Agreed));
        var found = await db.CoachingRelationships.AsNoTracking().SeenBy(caller, db).Where(r => r.Id == id).Select(r => new
        {
            Relationship = r,
            IsActive = active.Any(a => a.Id == r.Id),
            IsSupervised = supervised.Any(s => s.Id == r.Id),
            CoacheeName = db.Users.Where(p => p.Id == r.CoacheeId).Select(p => p.Name).First(),
            CallerName = db.Users.Where(p => p.Id == caller.PersonId).Select(p => p.Name).First(),
            Items = items.Where(i => i.OwnerId == r.CoacheeId).OrderBy(i => i.DueOn).ThenBy(i => i.Id)
                .Select(i => new Step(i.Id, i.State, i.IfThen, i.Sign, i.Unit, i.DueOn)).ToList(),
        }).AsSingleQuery().SingleOrDefaultAsync(ct) ?? throw new NotFoundException("coaching");
        if (found.Relationship.CoachId != caller.AsStaff || !found.IsActive)
            throw new RuleException(
                "coaching.notYours", "What a coachee works on is shown to whoever coaches them now, and to nobody else.",
                RuleKind.Forbidden);
        return new(found.Relationship, found.CoacheeName, found.CallerName, found.IsSupervised ? Shares.Nothing : found.Relationship.Shares,
            found.Items);
    }

    /// <summary>What the coachee learns where the relationship holds, and what the coach learns anywhere.</summary>
    private async Task<List<Learned>> FindLearned(Guid relationshipId, DateTime now, CancellationToken ct)
    {
        var held = db.CoachingRelationships.Where(r => r.Id == relationshipId).WithEnrolments(db).Select(c => c.EnrolmentId);
        // A front end that may not act for the caller as a learner sees nothing of what they learn.
        var ids = held.Union(db.Enrolments.Where(e => e.PersonId == caller.AsLearner).Select(e => e.Id));
        var rows = await db.Enrolments.AsNoTracking().OfPresent(db).Where(e => ids.Contains(e.Id))
            .Include(e => e.Units).OrderBy(e => e.EnrolledAt).ThenBy(e => e.Id)
            .Join(db.Cohorts, e => e.CohortId, c => c.Id, (e, c) => new { Enrolment = e, Cohort = c })
            .AsSingleQuery().ToListAsync(ct);
        var learned = new List<Learned>(rows.Count);
        foreach (var row in rows) learned.Add(new(row.Enrolment, row.Cohort, await library.Of(db, row.Cohort, ct), now));
        return learned;
    }

    /// <summary>What there is to read about the units in question, and what opens further ones.</summary>
    private async Task<Dictionary<Guid, Said>> FindSaid(
        List<Learned> theirs, List<Learned> own, Coached found, DateTime now, CancellationToken ct)
    {
        var (learned, since) = (theirs.Concat(own).ToList(), now - NoteAccess.OneReading);
        var ids = learned.ConvertAll(l => l.Enrolment.Id);
        var worked = theirs.Where(l => l.Worked is not null).Select(l => (l.Curriculum, Unit: l.Worked!)).ToList();
        var mirrors = own.SelectMany(l => worked.SelectMany(w => l.Curriculum.UnitsMirroring(w.Curriculum, w.Unit)));
        var units = worked.Select(w => w.Unit).Concat(mirrors).Select(u => u.Slug).Distinct().ToList();
        var anchors = learned.Where(l => l.Cohort.Gate == Gate.Sequential).SelectMany(l => l.Curriculum.Units)
            .Where(u => u.IsAnchor).Select(u => u.Slug).Distinct().ToList();
        var shared = found.Shares.Reflections ? theirs.ConvertAll(l => l.Enrolment.Id) : [];
        // A handful of each; the words of at most one reflection.
        return await db.Enrolments.AsNoTracking().Where(e => ids.Contains(e.Id)).Select(e => new Said(
            e.Id,
            db.Reflections.Where(r => r.EnrolmentId == e.Id && anchors.Contains(r.Assignment)
                    && (r.Status == ReflectionStatus.Accepted || r.StatusBeforeHold == ReflectionStatus.Accepted))
                .Select(r => r.Assignment).ToList(),
            db.ModuleOpenings.Where(o => o.EnrolmentId == e.Id).Select(o => o.Module).ToList(),
            db.UnitNudges.Where(n => n.EnrolmentId == e.Id && units.Contains(n.Unit) && n.Response != null)
                .Select(n => new Answered(n.Unit, n.Response!)).ToList(),
            db.Reflections.Where(r => r.EnrolmentId == e.Id && shared.Contains(r.EnrolmentId) && units.Contains(r.Assignment)
                    && r.PurgedAt == null && (r.Status == ReflectionStatus.Submitted || r.Status == ReflectionStatus.InReview
                        || r.Status == ReflectionStatus.Revise || r.Status == ReflectionStatus.Accepted))
                .Join(db.Revisions, r => r.LatestRevisionId, v => (Guid?)v.Id,
                    (r, v) => new HandedIn(r.Id, r.Assignment, v.SubmittedAt, v.Answers)).ToList(),
            db.NoteAccess.Where(a => a.EnrolmentId == e.Id && units.Contains(a.Unit) && a.PersonId == caller.PersonId && a.At > since)
                .Select(a => new Noted(a.Unit, a.Act)).ToList())).AsSingleQuery().ToDictionaryAsync(s => s.EnrolmentId, ct);
    }

    private static MirroredJourney Mirrored(Learned learned, List<Learned> own, Dictionary<Guid, Said> said, Shares shares)
    {
        var (enrolment, curriculum, words) = (learned.Enrolment, learned.Curriculum, said[learned.Enrolment.Id]);
        var next = learned.Open(words).FirstOrDefault(u => enrolment.StateOf(u.Slug) != UnitState.Completed);
        return new(
            enrolment.Id, curriculum.Slug, curriculum.Version, curriculum.Title, enrolment.UnitsCompleted, enrolment.UnitsTotal,
            learned.Worked is { } unit ? Work(unit) : null, next is null ? null : new(next.Slug, next.Title));

        MirroredWork Work(TrainingUnit unit)
        {
            var progress = enrolment.Units.FirstOrDefault(u => u.Unit == unit.Slug);
            return new(
                unit.Slug, unit.Title, progress?.State ?? UnitState.Open, progress?.CompletedAt,
                shares.Answers ? PlanView.Of(progress?.IfThen) : null, shares.Answers ? words.LastAnswer(unit.Slug) : null,
                words.Reflections.Find(r => r.Unit == unit.Slug) is { } handedIn
                    ? new(handedIn.SubmittedAt, handedIn.Answers.ByPrompt)
                    : null,
                [.. Mirrors(curriculum, unit, own, said)]);
        }
    }

    /// <summary>In the order of the coach's enrolments; then those of courses in which the coach does not learn.</summary>
    private static IEnumerable<OwnMirror> Mirrors(
        Curriculum curriculum, TrainingUnit unit, List<Learned> own, Dictionary<Guid, Said> said)
    {
        var mirrors = own.SelectMany(l => l.Curriculum.UnitsMirroring(curriculum, unit).Select(u => (Learned: l, Unit: u)))
            // Who learns the same twice is further in one of them.
            .GroupBy(m => (m.Learned.Curriculum.Slug, m.Unit.Slug),
                (_, same) => same.MaxBy(m => m.Learned.Enrolment.StateOf(m.Unit.Slug))).ToList();
        foreach (var (learned, mirror) in mirrors)
        {
            var (enrolment, words) = (learned.Enrolment, said[learned.Enrolment.Id]);
            var progress = enrolment.Units.FirstOrDefault(u => u.Unit == mirror.Slug);
            yield return new(
                learned.Curriculum.Slug, mirror.Slug, mirror.Title, enrolment.Id,
                progress?.State ?? (learned.Open(words).Contains(mirror) ? UnitState.Open : UnitState.Locked),
                PlanView.Of(progress?.IfThen), words.LastAnswer(mirror.Slug));
        }

        foreach (var (course, slug) in unit.Mirrors.Where(m => !mirrors.Exists(
            known => known.Learned.Curriculum.Slug == m.Curriculum && known.Unit.Slug == m.Unit)))
            yield return new(course, slug, null, null, null, null, null);
    }

    /// <summary>The coachee sees that their words were read: plan and note once in a quarter of an hour, and for HEAD never.</summary>
    private async Task NoteReadings(
        IReadOnlyList<MirroredJourney> journeys, Dictionary<Guid, Said> said, string name, DateTime now, CancellationToken ct)
    {
        if (!caller.IsShownContent) return;
        foreach (var (journey, work) in journeys.Where(j => j.Current is not null).Select(j => (j, j.Current!)))
        {
            var words = said[journey.EnrolmentId];
            void Note(bool isShown, ReaderAct act)
            {
                if (isShown && !words.Notes.Contains(new(work.Slug, act)))
                    db.Add(NoteAccess.Of(journey.EnrolmentId, work.Slug, caller.PersonId, name, ReaderRole.Coach, act, null, now));
            }

            Note(work.IfThen is not null, ReaderAct.ReadPlan);
            Note(work.LastAnswer?.Note is not null, ReaderAct.ReadNote);
            if (work.Reflection is not null)
                db.Add(AccessLogEntry.Of(TextKey.OfReflection(words.Reflections.Single(r => r.Unit == work.Slug).Id), caller.PersonId, name,
                    ReaderRole.Coach, ReaderAct.Read, null, now));
        }

        await db.SaveChangesAsync(ct);
    }

    private sealed record Coached(
        CoachingRelationship Relationship, string CoacheeName, string CallerName, Shares Shares, IReadOnlyList<Step> Items);

    private sealed record Step(Guid Id, ActionState State, IfThenPlan IfThen, string Sign, string? Unit, DateOnly DueOn);

    private sealed record Learned(Enrolment Enrolment, Cohort Cohort, Curriculum Curriculum, DateTime Now)
    {
        /// <summary>
        /// What was completed last is being practiced; before that, what was begun last is being read. Null before the first day.
        /// </summary>
        public TrainingUnit? Worked { get; } =
            Enrolment.Units.OrderByDescending(u => u.CompletedAt is not null).ThenByDescending(u => u.CompletedAt ?? u.StartedAt)
                .Select(u => Curriculum.Unit(u.Unit)).FirstOrDefault(u => u is not null)
            ?? Open(Curriculum, Cohort, [], [], Now).FirstOrDefault();

        public IEnumerable<TrainingUnit> Open(Said said) => Open(Curriculum, Cohort, [.. said.Accepted], [.. said.Opened], Now);

        private static IEnumerable<TrainingUnit> Open(
            Curriculum curriculum, Cohort cohort, HashSet<string> accepted, HashSet<string> opened, DateTime now) =>
            Journey.Access(curriculum, cohort, cohort.Today(now), accepted, opened).Where(a => a.IsOpen).SelectMany(a => a.Module.Units);
    }

    private sealed record Said(
        Guid EnrolmentId, List<string> Accepted, List<string> Opened, List<Answered> Answers, List<HandedIn> Reflections, List<Noted> Notes)
    {
        public NudgeAnswer? LastAnswer(string unit) =>
            Answers.Where(a => a.Unit == unit).MaxBy(a => a.Response.RespondedAt) is { } last ? NudgeAnswer.Of(last.Response) : null;
    }

    private sealed record Answered(string Unit, NudgeResponse Response);

    private sealed record HandedIn(Guid Id, string Unit, DateTime SubmittedAt, Answers Answers);

    private sealed record Noted(string Unit, ReaderAct Act);
}
