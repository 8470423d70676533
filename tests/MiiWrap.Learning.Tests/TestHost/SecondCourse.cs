using System.Net.Http.Headers;

namespace MiiWrap.Learning.Tests.TestHost;

/// <summary>A course of two units with a plan, a rubric and a picture of its own: nothing of it comes from the first.</summary>
public static class SecondCourse
{
    /// <summary>The smallest picture that is one.</summary>
    public static byte[] Picture { get; } = Convert.FromBase64String("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==");

    public static string NewSlug() => $"small-steps-{Guid.NewGuid():N}";

    public static HttpContent Bundle(ContentCopy content) => Bundle(content.Zip());

    public static HttpContent Bundle(byte[] zip) => new ByteArrayContent(zip) { Headers = { ContentType = new MediaTypeHeaderValue("application/zip") } };

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

            A claim.[^1]

            [^1]: Its source.
            """))
        .Write($"{slug}/units/waiting.md", Unit("Waiting", "standard", "## The pause\n\nCount to ten.\n"))
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
            """);

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
