using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Credentials;

namespace MiiWrap.Learning.Api.Features.Credentials;

/// <summary>Finds a credential for those who may know of it.</summary>
internal sealed class CredentialAccess(LearningDb db, Caller caller)
{
    public async Task<Credential> Load(Guid credentialId, CancellationToken ct) =>
        await db.Credentials.SeenBy(caller, db).Include(c => c.Periods).AsSingleQuery().SingleOrDefaultAsync(c => c.Id == credentialId, ct)
        ?? throw new NotFoundException("credential");

    /// <summary>As <see cref="Load"/>, for its holder alone.</summary>
    public async Task<Credential> LoadAsHolder(Guid credentialId, string what, CancellationToken ct)
    {
        var credential = await Load(credentialId, ct);
        return credential.PersonId == caller.AsLearner
            ? credential
            : throw new RuleException("credential.notYours", $"Only the holder of a credential {what}.", RuleKind.Forbidden);
    }
}
