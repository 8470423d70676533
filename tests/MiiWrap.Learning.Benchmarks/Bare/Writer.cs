using System.Text.Json;
using Microsoft.Data.Sqlite;

namespace MiiWrap.Learning.Benchmarks.Bare;

/// <summary>Writes the rows that the product writes: the same columns, taken from rows of its own, with new keys and times.</summary>
internal sealed class Writer
{
    private readonly Transaction transaction;
    private readonly Events events;
    private readonly SqliteCommand find;
    private readonly SqliteCommand advance;
    private readonly SqliteCommand save;
    private readonly Template progress;
    private readonly Template opportunity;
    private readonly Template nudge;
    private readonly Dictionary<string, object[]> progressOf;
    private readonly Dictionary<string, object[]> opportunityOf;
    private readonly Dictionary<string, object[][]> nudgesOf;

    public Writer(SqliteConnection connection, Transaction transaction, Events events, Guid templateEnrolment)
    {
        (this.transaction, this.events) = (transaction, events);
        find = connection.Prepared(
            "SELECT e.UnitsCompleted, e.UnitsTotal, e.CohortId, e.PersonId FROM Enrolments e JOIN People p ON p.Id = e.PersonId WHERE e.Id = $id", "$id");
        advance = connection
            .Prepared(
                "UPDATE Enrolments SET UnitsCompleted = UnitsCompleted + 1, LastActivityAt = $now, Version = Version + 1 WHERE Id = $id",
                "$now", "$id");
        save = connection.Prepared(
            "UPDATE Reflections SET Draft = $draft, DraftSavedAt = $now, DraftNumber = DraftNumber + 1, Version = Version + 1 WHERE Id = $id AND DraftNumber = $number AND Status = 'Draft'",
            "$draft", "$now", "$id", "$number");
        var where = $"EnrolmentId = '{templateEnrolment.ToString().ToUpperInvariant()}'";
        progress = new(connection, "UnitProgress");
        opportunity = new(connection, "TransferOpportunities");
        nudge = new(connection, "Nudges");
        progressOf = progress.Rows(where).ToDictionary(r => (string)r[progress["Unit"]]);
        opportunityOf = opportunity.Rows(where).ToDictionary(r => (string)r[opportunity["Unit"]]);
        nudgesOf = nudge.Rows(where).GroupBy(r => (string)r[nudge["Unit"]])
            .ToDictionary(g => g.Key, g => g.OrderBy(r => r[nudge["Step"]]).ToArray());
    }

    public Completed? Complete(string enrolment, string unit, IfThenPlan? plan) => transaction.Run(() => CompleteIn(enrolment, unit, plan));

    /// <summary>A tag is the reflection's id and the number of its draft, as the product's is.</summary>
    public SavedDraft? Save(string reflection, string tag, Dictionary<string, string> answers)
    {
        var id = Guid.Parse(reflection);
        var now = Commands.Now;
        if (!int.TryParse(tag.AsSpan($"\"{id:N}-".Length).TrimEnd('"'), out var number)) return null;
        save.With(JsonSerializer.Serialize(answers, Shapes.Default.DictionaryStringString), Commands.Text(now),
            reflection.ToUpperInvariant(), $"{number}");
        return save.ExecuteNonQuery() == 1 ? new(now, $"\"{id:N}-{number + 1}\"") : null;
    }

    private Completed? CompleteIn(string enrolment, string unit, IfThenPlan? plan)
    {
        var now = Commands.Now;
        int done, total;
        string cohort, person;
        using (var row = find.With(enrolment).ExecuteReader())
        {
            if (!row.Read()) return null;
            (done, total, cohort, person) = (row.GetInt32(0), row.GetInt32(1), row.GetString(2), row.GetString(3));
        }

        advance.With(Commands.Text(now), enrolment).ExecuteNonQuery();
        var at = Commands.Text(now);
        progress.Insert(progressOf[unit], ("EnrolmentId", enrolment), ("StartedAt", at), ("CompletedAt", at), ("IfThen_Cue", plan?.Cue),
            ("IfThen_Action", plan?.Action));
        var opportunityId = Guid.CreateVersion7().ToString().ToUpperInvariant();
        var template = opportunityOf[unit];
        var begun = opportunity.Moment(template, "StartsAt");
        opportunity.Insert(
            template, ("Id", opportunityId), ("EnrolmentId", enrolment), ("CohortId", cohort), ("PersonId", person), ("StartsAt", at),
            ("MaturesAt", Commands.Text(now + (opportunity.Moment(template, "MaturesAt") - begun))), ("IfThen_Cue", plan?.Cue),
            ("IfThen_Action", plan?.Action));
        var planned = new List<PlannedNudge>();
        foreach (var row in nudgesOf[unit])
        {
            var id = Guid.CreateVersion7();
            var due = now + (nudge.Moment(row, "DueAt") - begun);
            nudge.Insert(
                row, ("Id", id.ToString().ToUpperInvariant()), ("OpportunityId", opportunityId), ("EnrolmentId", enrolment),
                ("CohortId", cohort), ("PersonId", person),
                ("DueAt", Commands.Text(due)), ("ExpiresAt", Commands.Text(now + (nudge.Moment(row, "ExpiresAt") - begun))));
            planned.Add(new(id, (int)(long)row[nudge["Step"]], JsonNamingPolicy.CamelCase.ConvertName((string)row[nudge["Kind"]]), due));
        }

        var reached = Store.ProgressOf(done + 1, total);
        var told = new UnitDone(Guid.Parse(enrolment), Guid.Parse(cohort), Guid.Parse(person), unit, reached.UnitsCompleted,
            reached.UnitsTotal, reached.Percent);
        events.Tell("unit.completed", at, JsonSerializer.Serialize(told, Shapes.Default.UnitDone));
        return new("completed", now, reached, planned);
    }
}
