using Microsoft.Extensions.Logging.Console;
using MiiWrap.Learning.Api.Features.ActionItems;
using MiiWrap.Learning.Api.Features.Agencies;
using MiiWrap.Learning.Api.Features.Badges;
using MiiWrap.Learning.Api.Features.Calendar;
using MiiWrap.Learning.Api.Features.Clients;
using MiiWrap.Learning.Api.Features.Coaching;
using MiiWrap.Learning.Api.Features.Cohorts;
using MiiWrap.Learning.Api.Features.Contract;
using MiiWrap.Learning.Api.Features.Credentials;
using MiiWrap.Learning.Api.Features.Curricula;
using MiiWrap.Learning.Api.Features.Enrolments;
using MiiWrap.Learning.Api.Features.Events;
using MiiWrap.Learning.Api.Features.Fidelity;
using MiiWrap.Learning.Api.Features.FollowUps;
using MiiWrap.Learning.Api.Features.Identity;
using MiiWrap.Learning.Api.Features.Identity.FrontEnds;
using MiiWrap.Learning.Api.Features.Implementation;
using MiiWrap.Learning.Api.Features.Mails;
using MiiWrap.Learning.Api.Features.Me;
using MiiWrap.Learning.Api.Features.Nudges;
using MiiWrap.Learning.Api.Features.People;
using MiiWrap.Learning.Api.Features.Progress;
using MiiWrap.Learning.Api.Features.Reflections;
using MiiWrap.Learning.Api.Features.Reviews;
using MiiWrap.Learning.Api.Features.Transfer;
using MiiWrap.Learning.Api.Hosting;
using MiiWrap.Learning.Api.Http;
using MiiWrap.Learning.Api.Http.OpenApi;
using MiiWrap.Learning.Api.Jobs;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Api.Telemetry;

return await CommandLine.Run(args, async verb =>
{
    var builder = WebApplication
        .CreateBuilder(new WebApplicationOptions { Args = verb.HostArguments, ContentRootPath = AppContext.BaseDirectory });
    var settings = builder.AddSettings(verb);
    // The document is written beside a database that may not be there yet; what its parts say to that helps nobody.
    if (verb.Name == Verb.ExportOpenApi) builder.Logging.ClearProviders();
    // What is answered is read from standard output; what the security log says of it goes to the other.
    if (verb.Name is Verb.InviteAdmin or Verb.ResetSecondFactor or Verb.RotateBadgeKey)
        builder.Services.Configure<ConsoleLoggerOptions>(o => o.LogToStandardErrorThreshold = LogLevel.Trace);

    builder.Services
        .AddTelemetry(settings)
        .AddDatabase(settings)
        .AddContent()
        .AddMail(settings)
        .AddSignIn(settings)
        .AddRequests(typeof(Program).Assembly)
        .AddProjections(settings)
        .AddHttp(settings)
        .AddIdentity()
        .AddAuthorizationServer(settings)
        .AddAuthorizePages()
        .AddPeople()
        .AddCohorts()
        .AddEnrolments()
        .AddNudges()
        .AddProgress()
        .AddAgencies()
        .AddReviews()
        .AddFollowUps()
        .AddCoaching()
        .AddActionItems()
        .AddFidelity()
        .AddTransfer()
        .AddImplementation()
        .AddCredentials()
        .AddBadges()
        .AddEvents()
        .AddJobs(settings, runs: settings.JobsEnabled && verb.Serves)
        .AddOpenApiDocument();

    var app = builder.Build();
    if (settings.HttpEnabled)
    {
        app.UseHttp();
        app.MapIdentity();
        app.MapFrontEnds();
        app.MapClients();
        app.MapMe();
        app.MapPeople();
        app.MapAgencies();
        app.MapCurricula();
        app.MapCohorts();
        app.MapEnrolments();
        app.MapReflections();
        app.MapReviews();
        app.MapNudges();
        app.MapFollowUps();
        app.MapCoaching();
        app.MapActionItems();
        app.MapFidelity();
        app.MapImplementation();
        app.MapCredentials();
        app.MapBadges();
        app.MapProgress();
        app.MapTransfer();
        app.MapEvents();
        app.MapCalendar();
        app.MapMails();
        app.MapContract();
        app.MapHealth();
        app.MapSandbox(settings);
        app.MapJobs();
    }

    await verb.ExecuteAsync(app, settings);
});

/// <summary>The program; tests start it in their own process.</summary>
public partial class Program;
