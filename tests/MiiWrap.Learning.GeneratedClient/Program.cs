using System.Globalization;
using Microsoft.Kiota.Abstractions;
using MiiWrap.Learning.Client.Models;
using MiiWrap.Learning.GeneratedClient;
using Barrier = MiiWrap.Learning.Client.Models.Barrier;

// Plays the learner's loop against a running program that has its demonstration, with a client that Kiota generated from the contract.
// Says each step that went as promised, and ends with the first that did not.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var server = new Server(new Uri(args[0]));
const string Password = "learn-and-practise-1";

var wrong = await Refused<ProblemDetails>(() => server.SignIn(EmailOf("learner1"), "a wrong password"));
Same(wrong.ResponseStatusCode, 401);
Same(wrong.Code, "auth.failed");
Done("is told by a code that the password is wrong");

var learner = new Learner(await server.SignIn(EmailOf("learner1"), Password));
var unit = await learner.NextUnit();
var state = (await learner.UnitOf(unit)).State;
True(state is UnitState.Open or UnitState.Started, $"The next unit is {state}.");
Done("reads the journey up to the next unit");

var page = await learner.Start(unit);
var plan = new IfThenInput { Cue = page.IfThenStarter?.Cue ?? "I next sit down with a facilitator", Action = "I will ask before I tell" };
var key = Guid.NewGuid().ToString();
var completed = await learner.Complete(unit, plan, key);
Same(completed.State, UnitState.Completed);
var planned = completed.Nudges.Given();
True(planned.Count > 0, "No check-in was planned.");
Same((await learner.Complete(unit, plan, key)).CompletedAt, completed.CompletedAt);
var kept = await learner.UnitOf(unit);
Same(kept.State, UnitState.Completed);
Same(kept.IfThen?.Cue, plan.Cue);
Done("starts a unit and completes it with an if-then plan");

var first = await learner.Save(unit, "First words.", tag: null);
var second = await learner.Save(unit, "I asked for two ideas before I offered one, and the room went quiet in a good way.", first);
var stale = await Refused<ProblemDetails>(() => learner.Save(unit, "Words from another window.", first));
Same(stale.ResponseStatusCode, 412);
Same(stale.Code, "reflection.draft.stale");
var receipt = await learner.HandIn(unit, second);
Same((await learner.Reflection(unit)).Revisions.Given()[0].Id, receipt.RevisionId);
Done("writes in two windows, loses no word and hands the reflection in");

var walked = await learner.Nudges(pageSize: 1);
True(walked.Count > 1, "The list of check-ins has one page alone.");
Same(string.Join(' ', walked.Select(n => n.Id)), string.Join(' ', (await learner.Nudges(pageSize: 100)).Select(n => n.Id)));
True(planned.All(p => walked.Any(n => n.Id == p.Id && n.Kind == p.Kind)), "A planned check-in is not in the list.");
Done("walks the list of check-ins page by page");

var (asked, ask) = await SomebodyAsked();
var barrierless = await Refused<HttpValidationProblemDetails>(() => asked.Answer(ask, new() { Outcome = NudgeOutcome.NotYet }));
Same(barrierless.ResponseStatusCode, 422);
Same(barrierless.Code, "request.invalid");
Same(string.Join(' ', barrierless.Errors.Given().AdditionalData.Keys), "barrier");
var answered = await asked.Answer(ask, new() { Outcome = NudgeOutcome.NotYet, Barrier = Barrier.NoTime });
Same(answered.Response.Given().Barrier, Barrier.NoTime);
True(answered.Next.Given().Text.Given().Length > 0, "Nothing is said that could help.");
True((await asked.WhatIsNext()).CheckIns.Given().All(c => c.Id != ask), "An answered check-in is asked again.");
Done("answers a check-in with what was in the way");

static string EmailOf(string name) => $"{name}@example.org";

static void Done(string step) => Console.WriteLine($"a learner {step}");

static void True(bool holds, string otherwise)
{
    if (!holds) throw new InvalidOperationException(otherwise);
}

static void Same<T>(T actual, T expected) => True(Equals(actual, expected), $"{actual} came where {expected} was promised.");

static async Task<TProblem> Refused<TProblem>(Func<Task> act) where TProblem : ApiException
{
    try
    {
        await act();
    }
    catch (TProblem problem)
    {
        return problem;
    }

    throw new InvalidOperationException($"What must be refused with {typeof(TProblem).Name} was done.");
}

async Task<(Learner Learner, Guid CheckIn)> SomebodyAsked()
{
    for (var number = 1; number <= 12; number++)
    {
        var one = new Learner(await server.SignIn(EmailOf($"learner{number}"), Password));
        if ((await one.WhatIsNext()).CheckIns.Given() is [{ Id: { } id }, ..]) return (one, id);
    }

    throw new InvalidOperationException("Nobody of the demonstration has an open check-in.");
}
