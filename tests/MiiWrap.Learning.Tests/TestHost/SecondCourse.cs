using System.Net.Http.Headers;

namespace MiiWrap.Learning.Tests.TestHost;

/// <summary>A course of two units with a plan, a rubric, a picture and materials of its own: nothing of it comes from the first.</summary>
public static class SecondCourse
{
    /// <summary>The smallest picture that is one.</summary>
    public static byte[] Picture { get; } = Convert
        .FromBase64String("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==");

    public static string NewSlug() => $"small-steps-{Guid.NewGuid():N}";

    public static HttpContent Bundle(ContentCopy content) => Bundle(content.Zip());

    public static HttpContent Bundle(byte[] zip) =>
        new ByteArrayContent(zip) { Headers = { ContentType = new MediaTypeHeaderValue("application/zip") } };

    public static ContentCopy Of(string slug) => new ContentCopy()
        .Write($"{slug}/curriculum.yml", $"""
            slug: {slug}
            title: Small steps
            summary: Two units about asking.
            modules:
              - slug: asking
                title: Asking
                weeks: 1-2
                units:
                  - open-questions
                  - waiting
            """)
        .Write($"{slug}/images/ladder.png", Picture)
        .Write($"{slug}/units/open-questions.md", Unit("Open questions", "standard", """
            ## Why ask

            See [the ladder](#the-ladder) and [the next unit](waiting.md#the-pause), or [a page](https://example.org/asking).

            ## The ladder

            ![A ladder of four rungs](../images/ladder.png)

            | Rung | Word |
            |---|---|
            | 1 | What |

            Tally [a talk on a porch](../materials/porch-talk.md), open [its key](../materials/porch-talk-key.md), and take
            [the sheet](../materials/tally.md#today) along.

            A claim.[^1]

            [^1]: Its source.
            """))
        .Write($"{slug}/units/waiting.md", Unit("Waiting", "standard", "## The pause\n\nCount to ten.\n"))
        .Write($"{slug}/materials/porch-talk.md", Material(
            "A talk on a porch", "transcript", "**A:** What stayed with you?\n\n**B:** The quiet."))
        .Write($"{slug}/materials/porch-talk-key.md", Material(
            "Key to the talk", "key\nof: porch-talk", "Line 1 of [the talk](porch-talk.md) is a question."))
        .Write($"{slug}/materials/tally.md", Material(
            "Tally", "form", "## Today\n\n| Question | Mine |\n|---|---|\n| Open | |\n| Closed | |"))
        .Write("nudge-plans/standard.yml", """
            slug: standard
            title: Short
            requiresIfThen: true
            steps:
              - step: 1
                day: 1
                kind: cue
                text: "Your plan: {ifThen}"
              - step: 2
                day: 5
                closes: 9
                kind: check
                text: "{check}"
            """)
        .Write("rubrics/plain.yml", """
            slug: plain
            title: Plain
            guidance: Write what you did.
            reviewers: 1
            criteria: []
            anchors:
              complete: I asked one question and waited. Next time I will wait longer.
              incomplete: It went well.
            """);

    public static string Material(string title, string kind, string body) => $"---\ntitle: {title}\nkind: {kind}\n---\n{body}\n";

    public static string Unit(string title, string plan, string body) => $"""
        ---
        title: {title}
        minutes: 20
        plan: {plan}
        rubric: plain
        outcomes:
          - Ask one open question.
        prompts:
          - slug: what
            text: What did you ask?
          - slug: now-what
            text: What will you ask next?
        practice: Ask one open question.
        check: Did you ask an open question?
        ---
        {body}
        """ + "\n";
}
