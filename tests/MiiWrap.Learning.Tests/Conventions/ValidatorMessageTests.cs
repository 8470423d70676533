using System.Text.RegularExpressions;
using FluentValidation;
using FluentValidation.Validators;
using Microsoft.Extensions.DependencyInjection;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Conventions;

/// <summary>What is wrong with a field is a sentence that a person can read; the field's name stands beside it, as the key.</summary>
[StandingClock(YearsLater = true)]
public sealed partial class ValidatorMessageTests(LearningApp app)
{
    [Fact]
    public void Every_rule_of_every_validator_speaks_in_a_plain_sentence()
    {
        var (faults, rules) = (new List<string>(), 0);
        foreach (var found in AssemblyScanner.FindValidatorsInAssembly(typeof(Program).Assembly, includeInternalTypes: true))
        {
            var validator = (IValidator)app.Services.GetRequiredService(found.InterfaceType);
            foreach (var (rule, component) in validator.CreateDescriptor().Rules.SelectMany(r => r.Components.Select(c => (r, c))))
            {
                // Another validator's rules have a turn of their own.
                if (component.Validator is IChildValidatorAdaptor) continue;
                rules++;
                var message = component.GetUnformattedErrorMessage();
                if (!Sentence().IsMatch(message) || message.Contains("{PropertyName}", StringComparison.Ordinal)
                    || message.Contains("{PropertyPath}", StringComparison.Ordinal))
                    faults.Add($"{found.ValidatorType.Name}, {rule.PropertyName}: {message}");
            }
        }

        Faults.None(faults);
        Assert.True(rules > 60, $"Only {rules} rules were looked at.");
    }

    [Theory]
    [InlineData("/v1/cohorts", "{}")]
    [InlineData("/v1/cohorts", """{"name": "", "curriculum": "", "startsOn": "1900-01-01", "timeZone": "", "gate": null, "instructors": null}""")]
    [InlineData("/v1/people", "{}")]
    [InlineData("/v1/people", """{"email": "", "name": "", "timeZone": ""}""")]
    [InlineData("/v1/agencies", """{"name": null}""")]
    [InlineData("/v1/clients", "{}")]
    [InlineData("/v1/webhooks", "{}")]
    [InlineData("/v1/nudges/preview", "{}")]
    [InlineData("/v1/nudges/preview", """{"quietHours": {}}""")]
    [InlineData("/v1/identity/login", "{}")]
    [InlineData("/v1/identity/refresh", "{}")]
    [InlineData("/v1/identity/password/reset", """{"token": "", "password": "short"}""")]
    public async Task Whoever_sends_too_little_is_told_so_in_plain_sentences(string path, string body)
    {
        var answer = (await (await app.Admin()).Http.Post(path, body))
            .Expect(System.Net.HttpStatusCode.UnprocessableEntity, "request.invalid");
        Assert.All(answer["errors"]!.AsObject(), field =>
        {
            Assert.Matches("^[a-z][A-Za-z0-9.\\[\\]]*$", field.Key);
            Assert.All(field.Value!.AsArray(), m => Assert.Matches(Sentence(), (string)m!));
        });
    }

    [GeneratedRegex(@"^(?!.*'[a-z]+(?: [A-Z][a-z]+)+')[A-Z][^_]*\.$", RegexOptions.Singleline, -1)]
    private static partial Regex Sentence();
}
