using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Domain.Coaching;

namespace MiiWrap.Learning.Api.Features.Coaching;

/// <summary>How much coaching somebody has had, of what was promised.</summary>
/// <param name="Contacts">Days on which somebody had seen them at work and told them what was seen, within the window.</param>
/// <param name="Need">Contacts that are enough.</param>
/// <param name="Milestones">By which weeks how many are due.</param>
/// <param name="Minutes">Minutes of the sessions that they attended, within the window; null for who may not know.</param>
/// <param name="NoShows">Sessions that they missed without a word, within the window; null for who may not know.</param>
/// <param name="Bunched">Enough contacts, all of them within four weeks.</param>
/// <param name="NextSession">When the next planned session begins; null for none.</param>
public sealed record DosageView(
    int Contacts, int Need, DosageState State, DosageWindow Window, IReadOnlyList<MilestoneView> Milestones, int? Minutes, int? NoShows,
    bool Bunched, DateTime? NextSession);

/// <summary>The days that count.</summary>
/// <param name="From">The first day of it: of the cohort, or of the enrolment where that was later.</param>
/// <param name="Until">The first day after it.</param>
public sealed record DosageWindow(DateOnly From, DateOnly Until);

/// <summary>By which week of the window how many contacts are due.</summary>
/// <param name="Week" example="6">The week, counted from the first day.</param>
/// <param name="Need" example="1">Contacts that are due by its end.</param>
/// <param name="Met">So many had taken place by then.</param>
public sealed record MilestoneView(int Week, int Need, bool Met);

internal static class DosageViews
{
    /// <param name="withAttendance">False for who may know where somebody stands, and not when they were where.</param>
    internal static DosageView View(
        this DosageQueries dosages, Dosage dosage, IEnumerable<CountedSession> sessions, bool withAttendance) => new(
        dosage.Contacts, dosage.Need, dosage.State, new(dosage.From, dosage.Until),
        [.. dosage.Milestones.Select(m => new MilestoneView(m.Week, m.Need, m.Met))],
        withAttendance ? dosage.Minutes : null, withAttendance ? dosage.NoShows : null, dosage.IsBunched, dosages.Next(sessions));
}
