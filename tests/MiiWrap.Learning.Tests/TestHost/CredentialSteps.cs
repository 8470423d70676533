using System.Net;

namespace MiiWrap.Learning.Tests.TestHost;

/// <summary>What is done about credentials, over the API.</summary>
public static class CredentialSteps
{
    public const string Credentials = "/v1/credentials";

    /// <summary>Of a credential that asks for a lead's word alone, for tests of everything but what it rests on.</summary>
    public const string Code = "by-a-leads-word";

    public static string NewCode() => $"small-{Guid.NewGuid():N}";

    public static string Versions(string code) => $"{Credentials}/definitions/{code}/versions";

    /// <summary>A definition for the coaching cohort; requirements are lines of YAML as a file has them.</summary>
    /// <param name="renewal">None for one that holds for good.</param>
    public static string Of(string code, string requirements, string? renewal = null, int months = 18) => $$"""
        code: {{code}}
        title: A small credential
        curriculum: {{Given.Course}}
        criteria: Its holder has shown <something> & more.
        {{(renewal is null ? "" : $"validMonths: {months}\ngraceDays: 60\nrenewal:\n  {renewal}")}}
        requirements:
          {{requirements}}
        """;

    /// <summary>One that asks for a lead's word, at first and for each renewal.</summary>
    public static string Attested(string code, int months = 18) => Of(code, Word, Word, months);

    private const string Word = "- attestation: {by: lead, words: The holder coaches.}";

    public static async Task<string> Publish(this LearningApp app, string code, string yaml)
    {
        var answer = await (await app.Admin()).Http.Post(Versions(code), SmallForm.Body(yaml));
        Assert.True(answer.Status is HttpStatusCode.Created or HttpStatusCode.OK, answer.Body);
        return code;
    }

    public static Task<string> PublishAttested(this LearningApp app, string code, int months = 18) =>
        app.Publish(code, Attested(code, months));

    public static object Issued(string code, Guid personId, Guid enrolmentId, bool attested = true) =>
        new { code, personId, enrolmentId, attested };

    public static Task<Answer> Issue(this HttpClient issuer, string code, TestLearner learner, bool attested = true) =>
        issuer.Post(Credentials, Issued(code, learner.Id, learner.EnrolmentId, attested));

    /// <summary>A credential by a lead's word, accepted: its address.</summary>
    public static async Task<string> Award(this LearningApp app, TestCohort cohort, TestLearner learner, int months = 18)
    {
        var code = await app.PublishAttested(NewCode(), months);
        var path = (await cohort.Lead.Http.Issue(code, learner)).Expect(HttpStatusCode.Created).Headers["Location"];
        (await learner.Http.Post($"{path}/accept")).Ok();
        return path;
    }

    /// <summary>Where anybody sees an accepted credential.</summary>
    public static async Task<string> Page(this TestLearner learner, string path) =>
        new Uri((string)(await learner.Http.Read(path)).Ok()["url"]!).PathAndQuery;
}
