namespace MiiWrap.Learning.Domain.Curricula;

/// <summary>How much follow-up a unit gets.</summary>
public enum PlanKind
{
    Anchor,
    Standard,
    Light,
}

/// <summary>What an ask is for.</summary>
public enum NudgeKind
{
    Cue,
    Check,
    Recall,
    Maintenance,
    Booster,
    Closeout,
}

/// <summary>The template of the asks that follow a unit; the transfer clock starts when the learner completes it.</summary>
public sealed record NudgePlan(PlanKind Kind, string Title, bool RequiresIfThen, IReadOnlyList<NudgeStep> Steps)
{
    /// <summary>
    /// What all its asks count as beside others, none of which closes a window then; null where each counts as its own kind.
    /// </summary>
    public NudgeKind? RanksAs { get; init; }

    public NudgeStep? Step(int number) => Steps.FirstOrDefault(s => s.Step == number);
}

/// <summary>
/// One ask: due <see cref="Day"/> whole local days after completion; it ends when the next step is due, or <see cref="Closes"/> days after
/// completion.
/// </summary>
public sealed record NudgeStep(int Step, int Day, int? Closes, NudgeKind Kind, string Text, NudgeVariant? WhenApplied)
{
    /// <summary>A check has been answered once the learner has said "applied"; what has another form then goes on in it.</summary>
    public bool StopsWhenApplied => Kind == NudgeKind.Check && WhenApplied is null;
}

/// <summary>What a step becomes once the learner has applied the skill.</summary>
public sealed record NudgeVariant(NudgeKind Kind, string Text);
