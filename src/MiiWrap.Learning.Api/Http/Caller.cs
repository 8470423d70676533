using System.Collections.Concurrent;
using System.Security.Claims;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Domain;

namespace MiiWrap.Learning.Api.Http;

/// <summary>Who sends the present request, as the server knows them; never taken from a body.</summary>
public sealed class Caller
{
    public Guid PersonId { get; private set; }

    public bool IsProgramAdmin { get; private set; }

    /// <summary>Refuses what only a programme admin may do.</summary>
    internal void MustBeProgramAdmin(string what)
    {
        if (!IsProgramAdmin) throw new RuleException("role.required", $"Only a programme admin may {what}.", RuleKind.Forbidden);
    }

    internal void Is(KnownPerson person) => (PersonId, IsProgramAdmin) = (person.Id, person.IsProgramAdmin);
}

/// <summary>What each request needs to know of its caller.</summary>
internal sealed record KnownPerson(Guid Id, string? SecurityStamp, bool IsProgramAdmin);

/// <summary>People as of at most a minute ago, so that checking a token costs no query each time; a sign-out on this node counts at once.</summary>
internal sealed class KnownPeople(TimeProvider clock)
{
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(1);
    private readonly ConcurrentDictionary<Guid, (KnownPerson Person, long ReadAt)> known = new();

    public void Forget(Guid personId) => known.TryRemove(personId, out _);

    public async ValueTask<KnownPerson?> Find(LearningDb db, Guid personId, CancellationToken ct)
    {
        if (known.TryGetValue(personId, out var entry) && clock.GetElapsedTime(entry.ReadAt) < Fresh) return entry.Person;
        var readAt = clock.GetTimestamp();
        var person = await db.Users.Where(p => p.Id == personId).Select(p => new KnownPerson(p.Id, p.SecurityStamp, p.IsProgramAdmin)).SingleOrDefaultAsync(ct);
        if (person is not null) known[personId] = (person, readAt);
        return person;
    }
}

internal static class CallerMiddleware
{
    /// <summary>A token is good only while its person exists and has not signed out since.</summary>
    public static void UseCaller(this WebApplication app) => app.Use(async (context, next) =>
    {
        if (context.User.Identity is { IsAuthenticated: true })
        {
            var services = context.RequestServices;
            var person = Guid.TryParse(context.User.FindFirstValue(ClaimTypes.NameIdentifier), out var id)
                ? await services.GetRequiredService<KnownPeople>().Find(services.GetRequiredService<LearningDb>(), id, context.RequestAborted)
                : null;
            var stamp = context.User.FindFirstValue(new ClaimsIdentityOptions().SecurityStampClaimType);
            if (person is null || person.SecurityStamp != stamp) context.User = new ClaimsPrincipal(new ClaimsIdentity());
            else services.GetRequiredService<Caller>().Is(person);
        }

        await next(context);
    });
}
