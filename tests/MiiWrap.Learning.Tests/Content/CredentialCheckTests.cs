using System.Net;
using MiiWrap.Learning.Api.Content;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Content;

/// <summary>An author of a credential is told what is wrong by its line, and what is published stays for what was issued by it.</summary>
[StandingClock]
public sealed class CredentialCheckTests(LearningApp app)
{
    private const string File = "credentials/practising-coach.yml";

    public static TheoryData<string, string, string> Breaks => new()
    {
        { "code: practising-coach", "code: another", "'code' must be the file's name, 'practising-coach'" },
        { "validMonths: 18", "validMonths: 24", "'validMonths' must be a whole number from 12 to 18" },
        { "validMonths: 18", "validMonths: 13", "a credential holds for 12 or 18 months, or for good" },
        { "validMonths: 18\n", "", "a credential without 'validMonths' holds for good; take 'renewal' away" },
        { "graceDays: 60", "graceDays: 200", "'graceDays' must be a whole number from 0 to 180" },
        { "  - calibrated: tpo-1\nrenewal:", "  - rated: tpo-1\nrenewal:", "a requirement asks for one thing and this for 0" },
        { "  - holds: coaching-cohort-completion\n", "  - holds: practising-coach\n", "a credential cannot ask for itself" },
        { "- holds: coaching-cohort-completion", "- {holds: coaching-cohort-completion, calibrated: tpo-1}", "asks for one thing and this for 2" },
        { "renewal:\n", "renewal:\n  - unitsComplete: all\n", "unknown key 'unitsComplete'" },
        { "withinMonths: 6}", "withinMonths: 6, events: [phone]}", "'phone' is no event" },
        { "title: Practising", "heading: Practising", "'title' is missing" },
        { "requirements:", "requirements: [unclosed", "this YAML cannot be read" },
        { "curriculum: miiwrap", "curriculum: no-such", "there is no curriculum 'no-such-coaching-cohort'" },
        { "instrument: cso-1", "instrument: cso-9", "there is no instrument 'cso-9'" },
        { "score: total", "score: sum", "there is no score 'sum' in cso-1" },
        { "holds: coaching-cohort-completion", "holds: no-such", "there is no credential 'no-such'" },
    };

    [Theory]
    [MemberData(nameof(Breaks))]
    public void A_fault_is_told_with_its_line(string old, string with, string message)
    {
        using var copy = ContentCopy.OfTheCourse();
        copy.Replace(File, old, with);
        var fault = CurriculumParser.Read(ContentFiles.FromFolder(copy.Folder)).ByItself().Faults
            .First(f => f.Message.Contains(message, StringComparison.Ordinal));
        Assert.Equal(File, fault.File);
        Assert.True(fault.Line > 1);
    }

    [Fact]
    public async Task A_version_is_published_once_and_what_was_issued_stays_by_its_own()
    {
        var (cohort, admin) = (await app.Cohort(), await app.Admin());
        var (learner, code) = (await app.Learner(cohort), CredentialSteps.NewCode());
        var yaml = CredentialSteps.Attested(code);
        var made = (await admin.Http.Post(CredentialSteps.Versions(code), SmallForm.Body(yaml))).Expect(HttpStatusCode.Created);
        Assert.Equal(1, (int)made["version"]!);
        Assert.False((bool)(await admin.Http.Post(CredentialSteps.Versions(code), SmallForm.Body(yaml))).Ok()["isNew"]!);
        Assert.Equal(yaml, (await admin.Http.Read(made.Headers["Location"])).Ok().Body);
        var path = (await cohort.Lead.Http.Issue(code, learner)).Expect(HttpStatusCode.Created).Headers["Location"];

        var longer = yaml.Replace("validMonths: 18", "validMonths: 12", StringComparison.Ordinal);
        Assert.Equal(2, (int)(await admin.Http.Post(CredentialSteps.Versions(code), SmallForm.Body(longer)))
            .Expect(HttpStatusCode.Created)["version"]!);
        var accepted = (await learner.Http.Post($"{path}/accept")).Ok();
        Assert.Equal((1, "2028-08-01"), ((int)accepted["version"]!, (string)accepted["validUntil"]!));
        var listed = (await learner.Http.Read("/v1/credentials/definitions")).Ok()["items"]!.AsArray()
            .Single(d => (string)d!["code"]! == code)!;
        Assert.Equal((2, 12, 60), ((int)listed["version"]!, (int)listed["validMonths"]!, (int)listed["graceDays"]!));
    }

    [Fact]
    public async Task What_names_something_that_is_not_published_is_refused()
    {
        var (admin, code) = (await app.Admin(), CredentialSteps.NewCode());
        var refused = (await admin.Http.Post(CredentialSteps.Versions(code), SmallForm.Body(
            CredentialSteps.Of(code, "- fidelity: {instrument: tpo-1, score: sum, atLeast: 80, reviews: 1, withinMonths: 6}"))))
            .Expect(HttpStatusCode.UnprocessableEntity);
        Assert.Equal("there is no score 'sum' in tpo-1", (string)Assert.Single(refused["faults"]!.AsArray())!["message"]!);
    }

    [Fact]
    public void Those_that_are_shipped_ask_for_what_they_promise()
    {
        var shipped = CurriculumParser.Read(ContentFiles.FromFolder(ContentCopy.Original)).ByItself().Sound().Credentials
            .ToDictionary(c => c.Slug, c => c.Definition);
        Assert.Equal(["coaching-cohort-completion", "foundations-facilitator", "practising-coach"], shipped.Keys.Order());
        Assert.Equal([null, 12, 18], shipped.OrderBy(d => d.Key).Select(d => d.Value.Term?.Months));
        Assert.Equal(
            [
                "coaching-cohort-completion: UnitsComplete, ReflectionsAccepted; ",
                "foundations-facilitator: UnitsComplete, ReflectionsAccepted, ObservedContacts, Fidelity; ObservedContacts, Fidelity",
                "practising-coach: Holds, ObservedContacts, Fidelity, Calibrated; ObservedContacts, Fidelity, Calibrated",
            ],
            shipped.OrderBy(d => d.Key).Select(d =>
                $"{d.Key}: {string.Join(", ", d.Value.Requirements.Select(r => r.Kind))}; {string.Join(", ", d.Value.Renewal.Select(r => r.Kind))}"));
    }
}
