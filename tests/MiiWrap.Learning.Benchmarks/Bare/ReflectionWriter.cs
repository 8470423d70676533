using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Data.Sqlite;

namespace MiiWrap.Learning.Benchmarks.Bare;

/// <summary>Reflections that are handed in and reviewed.</summary>
internal sealed class ReflectionWriter
{
    private readonly Transaction transaction;
    private readonly Events events;
    private readonly SqliteCommand findDraft;
    private readonly SqliteCommand submit;
    private readonly SqliteCommand touch;
    private readonly SqliteCommand findReview;
    private readonly SqliteCommand handIn;
    private readonly SqliteCommand accept;
    private readonly SqliteCommand countAccepted;
    private readonly SqliteCommand owes;
    private readonly Template revision;
    private readonly Template access;
    private readonly Template notice;
    private readonly object[] revisionOfTemplate;
    private readonly object[] accessOfTemplate;
    private readonly object[] noticeOfTemplate;

    public ReflectionWriter(SqliteConnection connection, Transaction transaction, Events events)
    {
        (this.transaction, this.events) = (transaction, events);
        findDraft = connection.Prepared(
            """
            SELECT r.Draft, r.LatestNumber, r.EnrolmentId, r.CohortId, r.PersonId, r.Assignment FROM Reflections r JOIN Enrolments e ON e.Id = r.EnrolmentId JOIN Cohorts c ON c.Id = e.CohortId
            WHERE r.Id = $id AND r.Status = 'Draft' AND r.DraftNumber = $number AND e.Status = 'Active'
            """, "$id", "$number");
        submit = connection.Prepared(
            """
            UPDATE Reflections SET Status = 'Submitted', LatestRevisionId = $revision, LatestNumber = $number, SubmittedAt = $now, Rubric = 'refl-lite', Reviewers = 1, ReviewsIn = 0,
            ClaimedUntil = NULL, Version = Version + 1 WHERE Id = $id
            """, "$revision", "$number", "$now", "$id");
        touch = connection.Prepared("UPDATE Enrolments SET LastActivityAt = $now, Version = Version + 1 WHERE Id = $id", "$now", "$id");
        findReview = connection.Prepared(
            """
            SELECT r.Id, v.Id, p.Name, r.EnrolmentId, r.CohortId, r.PersonId, r.Assignment FROM Reviews v JOIN Reflections r ON r.Id = v.ReflectionId AND r.LatestRevisionId = v.RevisionId
            JOIN Cohorts c ON c.Id = r.CohortId JOIN CohortMembers m ON m.CohortId = c.Id AND m.PersonId = v.ReviewerId JOIN People p ON p.Id = v.ReviewerId
            WHERE v.RevisionId = $revision AND v.ReviewerId = $reviewer AND v.HandedInAt IS NULL AND r.Status = 'InReview'
            """, "$revision", "$reviewer");
        handIn = connection
            .Prepared(
                "UPDATE Reviews SET HandedInAt = $now, PublishedAt = $now, BlindScores = Scores, LeaseUntil = NULL, Version = Version + 1 WHERE Id = $id", "$now", "$id");
        accept = connection.Prepared(
            "UPDATE Reflections SET Status = 'Accepted', ReviewsIn = ReviewsIn + 1, ClaimedUntil = NULL, FeedbackWaitingSince = $now, Version = Version + 1 WHERE Id = $id", "$now", "$id");
        countAccepted = connection
            .Prepared("UPDATE Enrolments SET ReflectionsAccepted = ReflectionsAccepted + 1, Version = Version + 1 WHERE Id = $id", "$id");
        owes = connection.Prepared(
            """
            SELECT NudgesByMail AND NOT EXISTS (SELECT 1 FROM OutboundMails n WHERE n.PersonId = p.Id AND n.Kind = 'FeedbackReady' AND n.SentAt IS NULL AND n.FailedAt IS NULL)
            FROM People p WHERE p.Id = $id
            """, "$id");
        revision = new(connection, "ReflectionRevisions");
        access = new(connection, "ReflectionAccess");
        notice = new(connection, "OutboundMails");
        (revisionOfTemplate, accessOfTemplate, noticeOfTemplate) =
            (revision.Rows("1 LIMIT 1").First(), access.Rows("Act = 'Published' LIMIT 1")
                .First(), notice.Rows("Kind = 'FeedbackReady' LIMIT 1").First());
    }

    /// <summary>A floor: it does not look for words that point to a person.</summary>
    public SubmittedRevision? Submit(string reflection, string tag) =>
        int.TryParse(tag.AsSpan(tag.LastIndexOf('-') + 1).TrimEnd('"'), out var number)
        ? transaction.Run(() => SubmitIn(reflection.ToUpperInvariant(), number)) : null;

    public Published? Publish(string revision, string reviewer) => transaction.Run(() => PublishIn(revision.ToUpperInvariant(), reviewer));

    private SubmittedRevision? SubmitIn(string reflection, int number)
    {
        var now = Commands.Now;
        var at = Commands.Text(now);
        string answers, enrolment;
        HandedIn told;
        using (var row = findDraft.With(reflection, $"{number}").ExecuteReader())
        {
            if (!row.Read()) return null;
            (answers, enrolment) = (row.GetString(0), row.GetString(2));
            told = new(Guid.Parse(enrolment), row.GetGuid(3), row.GetGuid(4), row.GetString(5), Guid.CreateVersion7(), row.GetInt32(1) + 1);
        }

        var (id, version) = (told.RevisionId.ToString().ToUpperInvariant(), $"{told.Version}");
        revision.Insert(
            revisionOfTemplate, ("Id", id), ("ReflectionId", reflection), ("Number", version), ("Answers", answers),
            ("Hash", Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(answers)))), ("SubmittedAt", at));
        submit.With(id, version, at, reflection).ExecuteNonQuery();
        touch.With(at, enrolment).ExecuteNonQuery();
        events.Tell("reflection.submitted", at, JsonSerializer.Serialize(told, Shapes.Default.HandedIn));
        return new(told.RevisionId, told.Version, now);
    }

    private Published? PublishIn(string revisionId, string reviewer)
    {
        var now = Commands.Now;
        var at = Commands.Text(now);
        string reflection, review, name, person, enrolment;
        Reviewed told;
        using (var row = findReview.With(revisionId, reviewer).ExecuteReader())
        {
            if (!row.Read()) return null;
            (reflection, review, name, enrolment, person) =
                (row.GetString(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetString(5));
            told = new(Guid.Parse(enrolment), row.GetGuid(4), Guid.Parse(person), row.GetString(6), Guid.Parse(revisionId), "accept");
        }

        handIn.With(at, review).ExecuteNonQuery();
        accept.With(at, reflection).ExecuteNonQuery();
        countAccepted.With(enrolment).ExecuteNonQuery();
        access.Insert(
            accessOfTemplate, ("Id", Commands.NewKey()), ("ReflectionId", reflection), ("PersonId", reviewer), ("Name", name), ("At", at));
        if (owes.With(person).ExecuteScalar() is 1L)
            notice.Insert(noticeOfTemplate, ("Id", Commands.NewKey()), ("PersonId", person), ("CreatedAt", at), ("LeaseUntil", at));
        events.Tell("reflection.reviewed", at, JsonSerializer.Serialize(told, Shapes.Default.Reviewed));
        return new(told.RevisionId, "accepted", now, ConversationOpen: false);
    }
}
