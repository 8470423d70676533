using System.Net.Http.Headers;
using System.Text;

namespace MiiWrap.Learning.Tests.TestHost;

/// <summary>An instrument that an author could add: two sections, three items and every operator.</summary>
public static class SmallForm
{
    public static string NewCode() => $"small-form-{Guid.NewGuid():N}";

    public static HttpContent Body(string yaml) =>
        new ByteArrayContent(Encoding.UTF8.GetBytes(yaml)) { Headers = { ContentType = new MediaTypeHeaderValue("application/yaml") } };

    public static string Of(string code) => $$$"""
        code: {{{code}}}
        version: 1
        title: A small form
        licence: original
        use: For coaching, not for personnel decisions.
        guidance: Rate what was said.
        calibration: {commonItems: 3}
        scales:
          seen:
            values: [0, 1, 2]
            words: [no, partly, yes]
            na: true
          often: {kind: count}
        sections:
          - slug: asking
            title: Asking
            items:
              - code: A1
                text: Asks first
                scale: seen
                critical: true
                lookFor:
                  - Tells at once.
                  - Asks, and does not wait.
                  - Asks, and waits.
              - code: A2
                text: Leaves a pause
                scale: seen
                required: true
                lookFor: [No pause., A short one., A long one.]
          - slug: counted
            title: Counted
            items:
              - {code: Q, text: Questions, scale: often}
        scores:
          - {code: asking, title: Asking, percentOfMax: [A1, A2], needs: {rated: 1}}
          - {code: points, title: Points, sum: [A1, A2]}
          - {code: usual, title: Usual, mean: [A1, A2]}
          - {code: strong, title: Strong, count: {of: [A1, A2], atLeast: 2}}
          - {code: share, title: Share, percent: {part: [strong], whole: [points]}, whenZero: noPoints}
          - {code: perQuestion, title: Points a question, ratio: {over: [points], under: [Q]}, whenZero: noQuestions}
          - code: total
            title: Total
            percentOfMax: [A1, A2]
            needs: {rated: 2, scorable: {of: [asking], least: 1}}
            line: 75
            bands:
              - {band: strong, from: 75, provenance: Set by judgment.}
              - {band: focus, from: 0, provenance: Set by judgment.}
        flags:
          - {code: criticalZero, text: Talk about it first., anyOf: [A1], equals: 0}

        """;

    /// <summary>One item that counts, and a total that is what it has.</summary>
    public static string OfCount(string code, int major = 1) => $$$"""
        code: {{{code}}}
        version: {{{major}}}
        title: A count
        licence: original
        use: For coaching, not for personnel decisions.
        guidance: Count what was said.
        calibration: {commonItems: 1}
        scales:
          often: {kind: count}
        sections:
          - slug: counted
            title: Counted
            items:
              - {code: Q, text: Questions, scale: often}
        scores:
          - code: total
            title: Total
            sum: [Q]
            line: 80
            bands:
              - {band: strong, from: 80, provenance: Set by judgment.}
              - {band: focus, from: 0, provenance: Set by judgment.}

        """;
}
