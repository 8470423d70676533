
namespace MiiWrap.Learning.Domain.Nudges;

/// <summary>What could help next, after something stood in the way.</summary>
public enum NextAction
{
    SayWhenNext,
    ChooseNewCue,
    TakeTwoMinuteVersion,
    SeeExampleOrRehearse,
    RehearseWithCoach,
    SayWhatYouDidInstead,
    TalkItOverWithCoach,
    CountedWithOthers,
    CoachConfirms,
    Nothing,
}

public static class BarrierGuide
{
    /// <summary>Barriers that lie with the organisation: they are counted without names, and nobody's manager hears of an answer.</summary>
    public static readonly IReadOnlyList<Barrier> OfOrganisation = [Barrier.SupervisorSupport, Barrier.AgencyPolicy];

    public static NextAction NextActionFor(Barrier barrier) => barrier switch
    {
        Barrier.NoOpportunity => NextAction.SayWhenNext,
        Barrier.Forgot => NextAction.ChooseNewCue,
        Barrier.NoTime => NextAction.TakeTwoMinuteVersion,
        Barrier.UnsureHow => NextAction.SeeExampleOrRehearse,
        Barrier.LowConfidence => NextAction.RehearseWithCoach,
        Barrier.DidNotFitSituation => NextAction.SayWhatYouDidInstead,
        Barrier.TeamOrPartnerPushback => NextAction.TalkItOverWithCoach,
        Barrier.SupervisorSupport or Barrier.AgencyPolicy => NextAction.CountedWithOthers,
        Barrier.NotMyRole => NextAction.CoachConfirms,
        _ => NextAction.Nothing,
    };

    public static string WordsOf(NextAction action) => action switch
    {
        NextAction.SayWhenNext => "When might the next chance come? A check-in that would be too early can be put off until then.",
        NextAction.ChooseNewCue => "Another cue may catch you better: something that happens anyway, right before the moment.",
        NextAction.TakeTwoMinuteVersion =>
            "There is a two-minute version: one sentence of it, in one conversation, is enough to begin with.",
        NextAction.SeeExampleOrRehearse => "The unit has an example to look at, and your coach would gladly rehearse it with you.",
        NextAction.RehearseWithCoach => "A rehearsal with your coach, or with a peer, takes the first time out of the real conversation.",
        NextAction.SayWhatYouDidInstead => "Leaving it out can be good practice. What did you do instead?",
        NextAction.TalkItOverWithCoach => "Pushback is worth a word with your coach: they have met it before.",
        NextAction.CountedWithOthers =>
            "This is counted together with what others say, without names, and goes to those who can change it.",
        NextAction.CoachConfirms => "Your coach will look at it with you, and can take this unit out of the count.",
        _ => "Thank you for saying so.",
    };
}
