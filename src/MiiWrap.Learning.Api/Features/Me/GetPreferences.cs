using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Requests;

namespace MiiWrap.Learning.Api.Features.Me;

/// <summary>The caller's zone, quiet hours and channels, with the ETag that a change needs.</summary>
public sealed record GetPreferences : IQuery<TaggedPreferences>;

/// <summary>Preferences with their tag.</summary>
public sealed record TaggedPreferences(Preferences Preferences, string ETag);

internal sealed class GetPreferencesHandler(LearningDb db, Caller caller) : IRequestHandler<GetPreferences, TaggedPreferences>
{
    public async Task<TaggedPreferences> Handle(GetPreferences request, CancellationToken cancellationToken)
    {
        var person = await db.Users.AsNoTracking().SingleAsync(p => p.Id == caller.PersonId, cancellationToken);
        return new(Preferences.Of(person), Preferences.ETagOf(person));
    }
}
