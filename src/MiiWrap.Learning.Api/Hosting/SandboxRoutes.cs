using MiiWrap.Learning.Api.Configuration;
using MiiWrap.Learning.Api.Http;
using MiiWrap.Learning.Domain.Common;

namespace MiiWrap.Learning.Api.Hosting;

/// <summary>The moment to which the sandbox's clock is to move.</summary>
public sealed record SandboxMove(DateTimeOffset? Now);

/// <summary>The routes of the sandbox; they are no part of the contract, and need no token, since moving on makes tokens old.</summary>
internal static class SandboxRoutes
{
    private static readonly DateTimeOffset Latest = new(2200, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static IServiceCollection AddSandbox(this IServiceCollection services, Settings settings) =>
        settings.SandboxEnabled ? services.AddSingleton<Sandbox>() : services;

    public static void MapSandbox(this IEndpointRouteBuilder app, Settings settings)
    {
        if (!settings.SandboxEnabled) return;
        var routes = app.MapGroup("/sandbox").AllowAnonymous().ExcludeFromDescription();
        routes.MapPost("/clock", async (SandboxMove request, Sandbox sandbox, CancellationToken ct) =>
            TypedResults.Ok(await sandbox.MoveTo(request.Now is { } now && now < Latest ? now : throw Unclear(), ct))).TakesLong();
        routes.MapGet("/mails", async (string? to, Sandbox sandbox, CancellationToken ct) =>
            TypedResults.Ok(new Page<SandboxMail>(await sandbox.Mails(to, ct), null)));
        routes.MapPost("/reset", async (Sandbox sandbox, CancellationToken ct) =>
        {
            await sandbox.Reset(ct);
            return TypedResults.NoContent();
        }).TakesLong();
    }

    private static RuleException Unclear()
    {
        const string Wanted = "Give the moment to move to, before 2200-01-01.";
        return new RuleException("request.invalid", Wanted, RuleKind.Invalid)
            .With("errors", new Dictionary<string, string[]> { ["now"] = [Wanted] });
    }
}
