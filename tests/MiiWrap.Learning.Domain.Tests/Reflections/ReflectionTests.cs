using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Curricula;
using MiiWrap.Learning.Domain.Reflections;
using static MiiWrap.Learning.Domain.Tests.Given;

namespace MiiWrap.Learning.Domain.Tests.Reflections;

/// <summary>What holds of a reflection whatever its author and its reviewers do, in whatever order.</summary>
public sealed class ReflectionTests
{
    private const int Sequences = 10_000;
    private const int MovesEach = 40;

    private static readonly RubricDefinition Rubric = new(
        "refl-1", "", "", 1,
        [.. new[] { "experience", "meaning", "next" }.Select(c => new RubricCriterion(c, c, []))],
        new Dictionary<string, int> { ["experience"] = 1, ["next"] = 2 },
        new Dictionary<string, int> { ["meaning"] = 2 });

    private static readonly Assignment Assignment = new("1.2-anchor", [new("what", "What?"), new("now", "Now what?")], Rubric);

    private static readonly (ReflectionStatus From, ReflectionStatus To)[] Permitted =
    [
        (ReflectionStatus.Draft, ReflectionStatus.Submitted),
        (ReflectionStatus.Submitted, ReflectionStatus.InReview),
        (ReflectionStatus.Submitted, ReflectionStatus.Withdrawn),
        (ReflectionStatus.Withdrawn, ReflectionStatus.Draft),
        (ReflectionStatus.Withdrawn, ReflectionStatus.Submitted),
        (ReflectionStatus.InReview, ReflectionStatus.Submitted),
        (ReflectionStatus.InReview, ReflectionStatus.Revise),
        (ReflectionStatus.InReview, ReflectionStatus.Accepted),
        (ReflectionStatus.Revise, ReflectionStatus.Submitted),
        .. new[] { ReflectionStatus.Submitted, ReflectionStatus.InReview, ReflectionStatus.Revise, ReflectionStatus.Accepted,
            ReflectionStatus.Withdrawn, ReflectionStatus.Draft }
            .SelectMany(s => new[] { (s, ReflectionStatus.RedactionHold), (ReflectionStatus.RedactionHold, s) }),
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void No_sequence_of_moves_breaks_what_must_hold(int reviewers)
    {
        var reached = new HashSet<ReflectionStatus>();
        var (moved, refused) = (0, 0);
        for (var seed = 0; seed < Sequences / 2; seed++)
        {
            var walk = new Walk(new Random((seed * 2) + reviewers), Rubric with { Reviewers = reviewers });
            for (var move = 0; move < MovesEach; move++)
            {
                try
                {
                    if (walk.Move()) moved++;
                    else refused++;
                    walk.Check();
                }
                catch (Exception e)
                {
                    throw new InvalidOperationException($"seed {seed}, {reviewers} reviewers: {string.Join(", ", walk.Told)}", e);
                }

                reached.Add(walk.Status);
            }
        }

        // The walks are worth something only if they get everywhere.
        Assert.Superset(Permitted.SelectMany(p => new[] { p.From, p.To }).ToHashSet(), reached);
        Assert.True(moved > Sequences && refused > Sequences, $"{moved} moves, {refused} refused");
    }

    private sealed class Walk
    {
        private readonly Random random;
        private readonly RubricDefinition rubric;
        private readonly Guid author = Guid.NewGuid();
        private readonly Guid[] people;
        private readonly Reflection reflection;
        private readonly Dictionary<Guid, (string Hash, Answers Answers)> handedIn = [];
        private readonly Dictionary<Guid, string> published = [];
        private readonly HashSet<string> tags = [];
        private DateTime now = Monday;
        private ReflectionStatus before;
        private string? lastTag;
        private int accepted;
        private ReflectionStatus? heldFrom;

        public Walk(Random random, RubricDefinition rubric)
        {
            (this.random, this.rubric) = (random, rubric);
            var enrolment = Domain.Enrolments.Enrolment.Create(Cohort(), Course, author, "Lou Learner", null, Monday);
            // The author is among those who try to review.
            people = [author, Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid()];
            reflection = Reflection.Begin(enrolment, Assignment, Words(), now);
        }

        public List<string> Told { get; } = [];

        public ReflectionStatus Status => reflection.StatusAt(now);

        /// <summary>One move of anybody; false when the rules refuse it.</summary>
        public bool Move()
        {
            now = now.AddHours(random.Next(5) == 0 ? random.Next(60) : random.Next(3));
            before = Status;
            lastTag = reflection.DraftTag;
            var who = people[random.Next(people.Length)];
            var revision = reflection.Revisions.Count == 0 ? Guid.NewGuid()
                : random.Next(5) == 0
                ? reflection.Revisions[random.Next(reflection.Revisions.Count)].Id
                : reflection.LatestRevisionId!.Value;
            try
            {
                switch (random.Next(18))
                {
                    case 0 or 1:
                        Told.Add("save");
                        reflection.SaveDraft(Words(), now);
                        break;
                    case 2 or 3:
                        Told.Add("submit");
                        var tag = random.Next(4) == 0 ? "\"stale\"" : reflection.DraftTag ?? "\"frozen\"";
                        var draft = reflection.Draft;
                        var made = reflection.Submit(tag, rubric, [], privacyConfirmed: false, now);
                        Assert.Equal(draft, made.Answers);
                        Assert.Equal(lastTag, tag);
                        handedIn.Add(made.Id, (made.Hash, draft));
                        break;
                    case 4:
                        Told.Add("withdraw");
                        reflection.Withdraw(now);
                        break;
                    case 5 or 6 or 7:
                        Told.Add("claim");
                        Assert.NotEqual(author, reflection.Claim(revision, who, now).ReviewerId);
                        break;
                    case 8:
                        Told.Add("release");
                        if (random.Next(3) == 0) reflection.Release(revision, who, now);
                        break;
                    case 9 or 10:
                        Told.Add("write");
                        foreach (var one in people.Where(p => reflection.ReviewBy(p, revision)?.IsHeld(now) == true
                            || reflection.ConversationSince is not null))
                            reflection.Held(revision, one, now).Save(SomeReview(), rubric, Assignment);
                        break;
                    case 11 or 12:
                        Told.Add("publish");
                        foreach (var one in people.Where(p => reflection.ReviewBy(p, revision)?.IsHeld(now) == true).DefaultIfEmpty(who))
                            reflection.Publish(revision, one, rubric, isAnchor: true, now);
                        break;
                    case 13:
                        Told.Add("hold");
                        reflection.Hold();
                        heldFrom = reflection.StatusBeforeHold;
                        break;
                    case 14 or 15:
                        Told.Add("release");
                        reflection.ReleaseFromHold(who, now);
                        Assert.NotEqual(author, who);
                        Assert.Equal(heldFrom, reflection.Status);
                        break;
                    case 16:
                        Told.Add("redact");
                        Redact(revision, who);
                        break;
                    default:
                        Told.Add("talk");
                        if (reflection.IsForTalk) reflection.AgreeOnAnotherTry();
                        else reflection.CloseConversation(revision, who, rubric, isAnchor: true, now);
                        break;
                }

                return true;
            }
            catch (RuleException e)
            {
                Told[^1] += $" ({e.Code})";
                return false;
            }
        }

        private void Redact(Guid revision, Guid who)
        {
            var words = reflection.Revisions.FirstOrDefault(r => r.Id == revision)?.Answers.ByPrompt["now"] ?? "";
            var start = random.Next(words.Length + 2);
            var redaction = reflection.Redact(revision, "now", start, start + random.Next(6), "a name", who, [], now);
            Assert.True(redaction.Places > 0 && who != author && Status == ReflectionStatus.RedactionHold);
            foreach (var r in reflection.Revisions) handedIn[r.Id] = (r.Hash, r.Answers);
        }

        public void Check()
        {
            var status = Status;
            // Two moves at most happen in one: both reviewers write, or publish, in a row.
            Assert.True(status == before || Permitted.Contains((before, status))
                || (before == ReflectionStatus.Submitted && status == ReflectionStatus.InReview), $"{before} to {status}");
            Assert.Equal(Enumerable.Range(1, reflection.Revisions.Count), reflection.Revisions.Select(r => r.Number));
            Assert.All(reflection.Revisions, r => Assert.True(handedIn[r.Id].Hash == r.Hash
                && (r.Answers.Hash == r.Hash || r.RedactionCount > 0) && handedIn[r.Id].Answers.Equals(r.Answers)));
            Assert.Equal(status is ReflectionStatus.Draft or ReflectionStatus.Revise
                or ReflectionStatus.Withdrawn, reflection.DraftTag is not null);
            if (reflection.DraftTag is { } tag && tag != lastTag) Assert.True(tags.Add(tag), "A tag came twice.");
            Assert.All(reflection.Revisions,
                r => Assert
                    .True(reflection.Reviews.Count(v => v.RevisionId == r.Id
                        && (v.IsHeld(now) || v.HandedInAt is not null)) <= reflection.Reviewers));
            Assert.DoesNotContain(reflection.Reviews, r => r.ReviewerId == author);
            Assert.True(reflection.TimesSentBack <= Reflection.MostResubmissions + reflection.TriesAgreed + 1);
            Assert.All(reflection.Reviews.GroupBy(r => r.RevisionId),
                g => Assert.True(g.All(r => r.PublishedAt is null) || g.Count(r => r.PublishedAt is not null) == reflection.Reviewers));
            foreach (var review in reflection.Reviews.Where(r => r.PublishedAt is not null))
            {
                var told = $"{string.Join(',', review.Scores)} {review.Affirmation} {review.Decision} {review.PublishedAt:O}";
                if (!published.TryAdd(review.Id, told)) Assert.Equal(published[review.Id], told);
                Assert.True(review.Decision == ReviewDecision.Revise
                    ? review.ReviseFor.Count > 0
                    : rubric.ShortOf(review.Scores, isAnchor: true).Count == 0 || review.OverrideReason is not null);
            }

            accepted += reflection.TakeEvents().OfType<ReflectionReviewed>().Count(e => e.Decision == ReviewDecision.Accept);
            Assert.Equal(reflection.IsAccepted ? 1 : 0, accepted);
            if (reflection.ConversationSince is not null) Assert.Equal(ReflectionStatus.InReview, reflection.StatusBeforeHold ?? status);
            Assert.Equal(status == ReflectionStatus.RedactionHold, reflection.StatusBeforeHold is not null);
        }

        private Answers Words() => new(Assignment.Prompts.Select(p => KeyValuePair.Create(p.Slug, $"words number {random.Next(1000)}")));

        private ReviewWords SomeReview() => new(
            rubric.Criteria.Where(_ => random.Next(20) > 0)
                .ToDictionary(c => c.Slug, _ => random.Next(4)), new Dictionary<string, string>(),
            "good", "why?", "go on", random.Next(3) == 0 ? ReviewDecision.Accept : ReviewDecision.Revise, random.Next(2) == 0
                ? "they told me" : null, []);
    }
}
