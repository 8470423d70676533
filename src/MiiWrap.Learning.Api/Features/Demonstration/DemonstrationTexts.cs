using MiiWrap.Learning.Domain.Curricula;
using MiiWrap.Learning.Domain.Reflections;

namespace MiiWrap.Learning.Api.Features.Demonstration;

/// <summary>What the demonstration's learners and reviewers write; all of it is made up and speaks of nobody.</summary>
internal static class DemonstrationTexts
{
    private static readonly string[] Paragraphs =
    [
        "I went in with a list of three things to say and said none of them. I asked what had gone well, waited, and the person I coach named the moment I had meant to point out. Waiting was the hard part.",
        "I noticed that I answered a question nobody had asked. The room was polite about it. Looking back, I wanted to be useful more than I wanted to understand, and the two got mixed up.",
        "We tried it out loud before the meeting, twice. The second time sounded more like their own words than mine. In the meeting itself it came out shorter and better than in our rehearsal.",
        "The talk fell flat. I had prepared the wording and not the opening, so the first minute was about the calendar. I think they heard a check on their work where I meant an offer.",
        "A caregiver in the meeting was asked for an opinion for the first time after half an hour. I had not seen how long that was until I mapped who spoke. I can't know how it felt from that chair.",
        "When the worker said it could not work, I wanted to argue. I said back what I heard instead, and it turned out the worry was about time and not about the plan at all.",
        "If we sit down for our next coaching talk, then I will ask for two ideas before I offer one. I will know that it worked if the other person talks longer than I do.",
        "If a meeting starts without the family's own agenda, then I will ask the facilitator afterwards what stood in the way. I have asked a colleague to remind me.",
        "I used to think that feedback is something I give. This week it was closer to something we found, because I brought one thing I had seen and they brought the meaning of it.",
        "I kept count of my questions for one meeting. More than half of them could be answered with yes or no. Two open ones changed the course of the talk.",
    ];

    private static readonly string[] Affirmations =
    [
        "You name the exact moment at which you could have stepped in and did not.",
        "You tell it as it was, the flat part too, and that is what makes it useful.",
        "You looked at who was talking before you looked for a reason.",
    ];

    private static readonly string[] Questions =
    [
        "What do you think the other person made of your silence?",
        "What would they say was different, if someone asked them?",
        "What makes this step likely even in a busy week?",
    ];

    private static readonly string[] NextSteps =
    [
        "Try the same opening once more, and write down the first sentence that comes back.",
        "Ask one person after the next meeting what they noticed.",
        "Make the step smaller: one meeting, one question.",
    ];

    public static Answers Answers(Assignment assignment, int number) =>
        new(assignment.Prompts
            .Select((prompt, i) => KeyValuePair.Create(prompt.Slug, Paragraphs[((number * 7) + (i * 3)) % Paragraphs.Length])));

    public static ReviewWords Review(Assignment assignment, int number, ReviewDecision decision) => new(
        assignment.Rubric.Criteria.ToDictionary(c => c.Slug, c => decision == ReviewDecision.Accept ? 2 + (number % 2) : 1),
        new Dictionary<string, string>
        { [assignment.Prompts[0].Slug] = "This is where your own part becomes visible; I would stay here for one more sentence." },
        Affirmations[number % Affirmations.Length],
        Questions[number % Questions.Length],
        NextSteps[number % NextSteps.Length],
        decision,
        OverrideReason: null,
        ReviseFor: []);
}
