using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Configuration;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Http;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Credentials;

namespace MiiWrap.Learning.Api.Features.Credentials;

/// <summary>A credential, as far as the reader may know of it.</summary>
/// <param name="Code" example="practising-coach">The code of its definition.</param>
/// <param name="Version" example="1">The version of its definition by which it was issued.</param>
/// <param name="Title">What it is called.</param>
/// <param name="State">How it stands today.</param>
/// <param name="Person">Who holds it, or may accept it.</param>
/// <param name="EnrolmentId">The enrolment in which it was earned.</param>
/// <param name="OfferedAt">When somebody issued it.</param>
/// <param name="IssuedAt">When its holder accepted it; null before.</param>
/// <param name="ValidUntil">Its last day, itself included; null before it is accepted, and where it holds for good.</param>
/// <param name="RenewableFrom">The first day on which it can be renewed; null where it cannot.</param>
/// <param name="RenewableUntil">The last day on which it can be renewed; null where it cannot.</param>
/// <param name="Public">Whether its page is there for whoever has the address.</param>
/// <param name="Url">
/// Its page; null before it is accepted, while its holder hides it, and for who may know the state alone.
/// </param>
/// <param name="RevokedAt">When it was taken back; null while it was not.</param>
/// <param name="RevokeReason">Why it was taken back; null while it was not, and for who may know the state alone.</param>
/// <param name="EvidenceChanged">
/// Something on which it rests counts no more, and a person has yet to decide what comes of it; null for who may know the state alone.
/// </param>
/// <param name="Evidence">
/// What its newest term rests on, as it was found when it was issued; null for who may know the state alone, and in lists of others'.
/// </param>
public sealed record CredentialView(
    Guid Id, string Code, int Version, string Title, CredentialState State, CredentialPerson Person, Guid EnrolmentId, DateTime OfferedAt,
    DateTime? IssuedAt, DateOnly? ValidUntil, DateOnly? RenewableFrom, DateOnly? RenewableUntil, bool Public, string? Url,
    DateTime? RevokedAt, string? RevokeReason, bool? EvidenceChanged, IReadOnlyList<TrailLineView>? Evidence) : IHasEtag
{
    /// <summary>The tag to send as If-Match with a change.</summary>
    public required string Etag { get; init; }
}

/// <summary>Who holds a credential.</summary>
public sealed record CredentialPerson(Guid Id, string Name);

/// <summary>One requirement, and what was found of it.</summary>
/// <param name="Requirement">Its kind.</param>
/// <param name="Met">Whether that was enough.</param>
/// <param name="Have">How much there was of it.</param>
/// <param name="Need">How much is enough.</param>
/// <param name="Items">What was found.</param>
public sealed record TrailLineView(RequirementKind Requirement, bool Met, int Have, int Need, IReadOnlyList<EvidenceItemView> Items);

/// <summary>One thing on which a credential rests.</summary>
/// <param name="Href" example="/v1/fidelity/reviews/01a5ba5a-f180-7000-8000-000000000001">Where it is read, by who may read it.</param>
/// <param name="On">The day from which on it counted.</param>
public sealed record EvidenceItemView(string Href, DateOnly On);

/// <summary>A credential as it is read for a view.</summary>
/// <param name="Evidence">Null where it was not read.</param>
/// <param name="FirstDay">That of its newest period; null before it is accepted, and where it was not read.</param>
internal sealed record CredentialRow(
    Credential Credential, string Name, IReadOnlyList<TrailLine>? Evidence, DateOnly? FirstDay, bool HasTrail);

/// <summary>Makes views for the caller of what they may know.</summary>
internal sealed class CredentialViews(LearningDb db, Caller caller, Settings settings, TimeProvider clock)
{
    public const string Stale = "credential.stale";

    public static string ETagOf(Credential credential) => ETags.Of(credential.Id, credential.Version);

    /// <summary>By one statement, with what is to be known of each.</summary>
    public Task<List<CredentialRow>> Load(IQueryable<Credential> credentials, CancellationToken ct)
    {
        var trails = db.Enrolments.WithTrailSeenBy(caller, db);
        return credentials.Select(c => new CredentialRow(
            c, db.Users.Where(p => p.Id == c.PersonId).Select(p => p.Name).First(),
            c.Periods.OrderByDescending(p => p.Number).Select(p => p.Evidence).First(),
            c.Periods.OrderByDescending(p => p.Number).Select(p => p.FirstDay).First(),
            trails.Any(e => e.Id == c.EnrolmentId))).ToListAsync(ct);
    }

    /// <summary>The same for a page of a list, which reads no long text.</summary>
    public Task<List<CredentialRow>> LoadPage(IQueryable<Credential> credentials, CancellationToken ct)
    {
        var trails = db.Enrolments.WithTrailSeenBy(caller, db);
        return credentials.Select(c => new CredentialRow(
            c, db.Users.Where(p => p.Id == c.PersonId).Select(p => p.Name).First(), null, null,
            trails.Any(e => e.Id == c.EnrolmentId))).ToListAsync(ct);
    }

    public async Task<CredentialView> Of(Credential credential, CancellationToken ct) =>
        Of((await Load(db.Credentials.AsNoTracking().Where(c => c.Id == credential.Id), ct)).Single());

    public CredentialView Of(CredentialRow row)
    {
        var (credential, isHolder) = (row.Credential, row.Credential.PersonId == caller.AsLearner);
        var hasPage = credential.AcceptedAt is not null && (row.HasTrail || isHolder) && credential.IsPublic;
        var view = new CredentialView(
            credential.Id, credential.Code, credential.DefinitionVersion, credential.Title,
            credential.StateOn(DateOnly.FromDateTime(clock.UtcNow())), new(credential.PersonId, row.Name), credential.EnrolmentId,
            credential.OfferedAt, credential.AcceptedAt, credential.ValidUntil,
            credential.ValidUntil is { } last ? CredentialTerm.OpensOn(last) : null, credential.RenewableUntil, credential.IsPublic,
            hasPage ? settings.LinkTo(CredentialPage.PathOf(credential.PageToken)).ToString() : null, credential.RevokedAt,
            row.HasTrail ? credential.RevokeReason : null, row.HasTrail ? credential.EvidenceChangedAt is not null : null,
            row is { HasTrail: true, Evidence: { } evidence } ? [.. evidence.Select(Line)] : null)
        {
            Etag = ETagOf(credential),
        };
        return view with { Etag = ETags.OfShown(view.Etag, view) };
    }

    private static TrailLineView Line(TrailLine line) =>
        new(line.Requirement, line.Met, line.Have, line.Need, [.. line.Items.Select(i => new EvidenceItemView(i.Href, i.On))]);
}

internal static class CredentialStates
{
    /// <summary>Credentials that stand so on a day, whether or not anything has turned them yet.</summary>
    public static IQueryable<Credential> InState(this IQueryable<Credential> credentials, CredentialState state, DateOnly today)
    {
        var begun = credentials.Where(c => c.State == CredentialState.Active || c.State == CredentialState.Expired);
        return state switch
        {
            CredentialState.Active => begun.Where(c => c.ValidUntil == null || c.ValidUntil >= today),
            CredentialState.Expired => begun.Where(c => c.ValidUntil < today && c.RenewableUntil >= today),
            CredentialState.Lapsed => credentials.Where(c => c.State == CredentialState.Lapsed
                || ((c.State == CredentialState.Active || c.State == CredentialState.Expired) && c.RenewableUntil < today)),
            _ => credentials.Where(c => c.State == state),
        };
    }
}
