using System.Security.Claims;
using System.Security.Principal;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Domain;

namespace MiiWrap.Learning.Api.Http;

/// <summary>Who sends the present request, as the server knows them; never taken from a body.</summary>
public sealed class Caller
{
    /// <summary>The person; for a client its own id, which is nobody's.</summary>
    public Guid PersonId { get; private set; }

    public bool IsProgramAdmin { get; private set; }

    /// <summary>The server-side integration that calls; null when a person does.</summary>
    internal CallingClient? Client { get; private set; }

    /// <summary>True when no agency or cohort bounds what may be seen.</summary>
    internal bool SeesAll => IsProgramAdmin || Client is { AgencyId: null };

    /// <summary>Refuses what only a programme admin may do.</summary>
    internal void MustBeProgramAdmin(string what)
    {
        if (!IsProgramAdmin) throw new RuleException("role.required", $"Only a programme admin may {what}.", RuleKind.Forbidden);
    }

    /// <summary>Why a good token of the OpenID provider is none here.</summary>
    internal RuleException? Refusal { get; set; }

    internal void Is(KnownPerson person) => (PersonId, IsProgramAdmin) = (person.Id, person.IsProgramAdmin);

    internal void Is(CallingClient client) => (PersonId, Client) = (client.Id, client);
}

/// <summary>What each request needs to know of its caller.</summary>
internal sealed record KnownPerson(Guid Id, string? SecurityStamp, bool IsProgramAdmin, DateTime? LockedUntil);

/// <summary>People as of at most a minute ago, so that checking a token costs no query each time; a sign-out on this node counts at once.</summary>
internal sealed class KnownPeople(TimeProvider clock)
{
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(1);
    private const int Most = 20_000;
    private readonly BoundedCache<Guid, KnownPerson> known = new(Most, Fresh, clock);

    public void Forget(Guid personId) => known.Remove(personId);

    public ValueTask<KnownPerson?> Find(LearningDb db, Guid personId, CancellationToken ct) =>
        known.TryGet(personId, out var person) ? new(person) : Read(db, personId, ct);

    private async ValueTask<KnownPerson?> Read(LearningDb db, Guid personId, CancellationToken ct)
    {
        var readAt = known.Now();
        var person = await db.Users.Where(p => p.Id == personId).Select(p => new KnownPerson(p.Id, p.SecurityStamp, p.IsProgramAdmin, p.LockedUntil)).SingleOrDefaultAsync(ct);
        if (person is not null) known.Set(personId, person, readAt);
        return person;
    }
}

internal static class CallerMiddleware
{
    /// <summary>A token is good only while its person exists and, if it is a local one, has not signed out since.</summary>
    public static void UseCaller(this WebApplication app) => app.Use(async (context, next) =>
    {
        if (context.User.Identity is { IsAuthenticated: true } identity)
        {
            var caller = context.RequestServices.GetRequiredService<Caller>();
            try
            {
                if (identity.AuthenticationType == ClientTokens.AuthenticationType && await OfClient(context) is { } client) caller.Is(client);
                else if (await PersonOf(context, identity) is { } person) caller.Is(person);
                else context.User = new ClaimsPrincipal(new ClaimsIdentity());
            }
            catch (RuleException refusal)
            {
                caller.Refusal = refusal;
            }
        }

        await next(context);
    });

    /// <summary>Whoever has a good token and no place here is told so, except where nobody is asked who they are.</summary>
    public static void UseRefusals(this WebApplication app) => app.Use((context, next) =>
        context.RequestServices.GetRequiredService<Caller>().Refusal is { } refusal && context.GetEndpoint()?.Metadata.GetMetadata<IAllowAnonymous>() is null
            ? throw refusal
            : next(context));

    private static ValueTask<CallingClient?> OfClient(HttpContext context) =>
        context.RequestServices.GetRequiredService<KnownClients>().Find(context.RequestServices.GetRequiredService<LearningDb>(), context.User, context.RequestAborted);

    private static ValueTask<KnownPerson?> PersonOf(HttpContext context, IIdentity identity) => identity.AuthenticationType switch
    {
        ClientTokens.AuthenticationType => default,
        OutsideProvider.AuthenticationType => OfProvider(context),
        _ => OfOurs(context),
    };

    private static async ValueTask<KnownPerson?> OfProvider(HttpContext context) =>
        await context.RequestServices.GetRequiredService<OutsideSignIns>().Find(context.User, context.RequestAborted);

    private static async ValueTask<KnownPerson?> OfOurs(HttpContext context)
    {
        var services = context.RequestServices;
        if (!Guid.TryParse(context.User.FindFirstValue(ClaimTypes.NameIdentifier), out var id)) return null;
        var person = await services.GetRequiredService<KnownPeople>().Find(services.GetRequiredService<LearningDb>(), id, context.RequestAborted);
        return person?.SecurityStamp == context.User.FindFirstValue(new ClaimsIdentityOptions().SecurityStampClaimType) ? person : null;
    }
}
