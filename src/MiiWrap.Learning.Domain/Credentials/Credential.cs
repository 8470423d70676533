using System.Buffers.Text;
using System.Security.Cryptography;
using MiiWrap.Learning.Domain.Common;

namespace MiiWrap.Learning.Domain.Credentials;

/// <summary>Where a credential stands.</summary>
public enum CredentialState
{
    /// <summary>It was issued, and its holder has not accepted it: nothing of it is public.</summary>
    Offered,
    Active,

    /// <summary>Its last day is over, and it can still be renewed.</summary>
    Expired,

    /// <summary>It can be renewed no more.</summary>
    Lapsed,

    /// <summary>Taken back, for good.</summary>
    Revoked,
}

/// <summary>
/// What somebody was found to have shown, issued by a person and accepted by its holder. Each term of it is a period with dates and
/// evidence of its own, and neither is ever worked out again.
/// </summary>
public sealed class Credential : Entity, IVersioned
{
    /// <summary>The bytes that nobody guesses of its page's address.</summary>
    private const int TokenBytes = 16;

    private readonly List<CredentialPeriod> periods = [];

    private Credential()
    {
    }

    public Guid PersonId { get; private init; }

    /// <summary>The enrolment in which it was earned: who teaches its cohort answers for it.</summary>
    public Guid EnrolmentId { get; private init; }

    public string Code { get; private init; } = "";

    /// <summary>The published version of its definition, by which it is renewed too.</summary>
    public int DefinitionVersion { get; private init; }

    public string Title { get; private init; } = "";

    /// <summary>The learner's agency when it was issued; null for none.</summary>
    public Guid? AgencyId { get; private init; }

    public DateTime OfferedAt { get; private init; }

    public Guid OfferedBy { get; private init; }

    public DateTime? AcceptedAt { get; private set; }

    /// <summary>The state as it was last saved; <see cref="StateOn"/> says how it stands on a day.</summary>
    public CredentialState State { get; private set; }

    /// <summary>Whether its page is there for whoever has the address.</summary>
    public bool IsPublic { get; private set; } = true;

    /// <summary>The secret part of its page's address: 128 random bits.</summary>
    public string PageToken { get; private init; } = "";

    /// <summary>The last day of the newest period; null before it is accepted, and where it holds for good.</summary>
    public DateOnly? ValidUntil { get; private set; }

    /// <summary>The last day on which it can be renewed; null where <see cref="ValidUntil"/> is.</summary>
    public DateOnly? RenewableUntil { get; private set; }

    public DateTime? ExpiredAt { get; private set; }

    public DateTime? LapsedAt { get; private set; }

    public DateTime? RevokedAt { get; private set; }

    public Guid? RevokedBy { get; private set; }

    /// <summary>Why it was revoked, in somebody's words.</summary>
    public string? RevokeReason { get; private set; }

    /// <summary>When something on which its newest period rests counted no more; null while all of it does.</summary>
    public DateTime? EvidenceChangedAt { get; private set; }

    /// <summary>How many days before the end its holder was last told of it; null while they were not.</summary>
    public int? RemindedDays { get; private set; }

    /// <summary>Oldest first.</summary>
    public IReadOnlyList<CredentialPeriod> Periods => periods;

    public int Version { get; set; }

    /// <summary>The newest.</summary>
    public CredentialPeriod Period => periods.MaxBy(p => p.Number)!;

    /// <summary>Somebody answers for it that the learner has shown what it asks for.</summary>
    /// <param name="results">What was found of each of its requirements.</param>
    public static Credential Offer(
        CredentialDefinition definition, CredentialHolder holder, IReadOnlyList<RequirementResult> results, Guid by, DateTime now)
    {
        MustNotBeOwn(holder.PersonId, by);
        MustBeMet(results);
        var credential = new Credential
        {
            Id = NewId.At(now),
            PersonId = holder.PersonId,
            EnrolmentId = holder.EnrolmentId,
            AgencyId = holder.AgencyId,
            Code = definition.Code,
            DefinitionVersion = definition.Version,
            Title = definition.Title,
            OfferedAt = now,
            OfferedBy = by,
            PageToken = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(TokenBytes)),
        };
        credential.periods.Add(CredentialPeriod.Begin(credential.Id, 1, results, now));
        credential.Raise(new CredentialOffered(credential, now));
        return credential;
    }

    /// <summary>Its holder takes it: its term begins. Doing it again changes nothing.</summary>
    public void Accept(CredentialDefinition definition, DateTime now)
    {
        MustNotBeRevoked();
        if (AcceptedAt is not null) return;
        (AcceptedAt, State) = (now, CredentialState.Active);
        var today = DateOnly.FromDateTime(now);
        Hold(Period, today, definition.Term?.EndOf(today), definition);
        Raise(new CredentialAccepted(this, Period, now));
    }

    /// <summary>Somebody answers for it that its holder has shown of this term what the next one asks for.</summary>
    /// <param name="definition">The version by which it was issued.</param>
    public CredentialPeriod Renew(CredentialDefinition definition, IReadOnlyList<RequirementResult> results, Guid by, DateTime now)
    {
        MustNotBeOwn(PersonId, by);
        MustBeRenewable(definition, now);
        MustBeMet(results);
        var today = DateOnly.FromDateTime(now);
        var end = definition.Term!.EndAfter(ValidUntil!.Value, today);
        var next = CredentialPeriod.Begin(Id, Period.Number + 1, results, now);
        periods.Add(next);
        Hold(next, today, end, definition);
        (State, ExpiredAt, EvidenceChangedAt, RemindedDays) = (CredentialState.Active, null, null, null);
        Raise(new CredentialRenewed(this, next, now));
        return next;
    }

    /// <summary>Refuses a renewal before its time, after it, and of what is not renewed at all.</summary>
    public void MustBeRenewable(CredentialDefinition definition, DateTime now)
    {
        MustNotBeRevoked();
        if (AcceptedAt is null)
            throw new RuleException("credential.notAccepted", "Its holder has not accepted this credential yet.");
        var today = DateOnly.FromDateTime(now);
        if (definition.Term is null || ValidUntil is not { } last)
            throw new RuleException("credential.noTerm", "This credential holds for good, so there is nothing to renew.");
        if (today < CredentialTerm.OpensOn(last))
            throw new RuleException(
                "credential.renewal.early",
                $"A credential is renewed from {CredentialTerm.OpensBefore} days before its last day on.")
                .With("opensOn", CredentialTerm.OpensOn(last));
        if (StateOn(today) == CredentialState.Lapsed)
            throw new RuleException("credential.lapsed", "The time to renew this credential is over; it is issued afresh.");
    }

    /// <summary>Takes it back, for good.</summary>
    public void Revoke(string reason, Guid by, DateTime now)
    {
        MustNotBeOwn(PersonId, by);
        MustNotBeRevoked();
        (State, RevokedAt, RevokedBy, RevokeReason) = (CredentialState.Revoked, now, by, reason);
        foreach (var period in periods) period.Revoke(now);
        Raise(new CredentialRevoked(this, now));
    }

    /// <summary>Its holder says whether its page is there.</summary>
    public void Show(bool isPublic) => IsPublic = isPublic;

    /// <summary>Takes the state that its days give it; nothing happens twice.</summary>
    public void Turn(DateTime now)
    {
        var state = StateOn(DateOnly.FromDateTime(now));
        if (state == State) return;
        if (State == CredentialState.Active)
        {
            (State, ExpiredAt) = (CredentialState.Expired, now);
            Raise(new CredentialExpired(this, now));
        }

        if (state != CredentialState.Lapsed) return;
        (State, LapsedAt) = (state, now);
        Raise(new CredentialLapsed(this, now));
    }

    /// <summary>How it stands on a day, whether or not anything has turned it yet.</summary>
    public CredentialState StateOn(DateOnly today) =>
        State is not (CredentialState.Active or CredentialState.Expired) ? State
        : today > RenewableUntil ? CredentialState.Lapsed
        : today > ValidUntil ? CredentialState.Expired
        : CredentialState.Active;

    /// <summary>Notes that its holder is told of its end now; false when they were told of this already.</summary>
    /// <param name="today">As it is where the holder is.</param>
    public bool TryRemind(DateOnly today)
    {
        if (State is not (CredentialState.Active or CredentialState.Expired) || ValidUntil is not { } last) return false;
        var due = CredentialReminders.DaysBefore.LastOrDefault(d => today >= last.AddDays(-d), int.MaxValue);
        if (due >= (RemindedDays ?? int.MaxValue)) return false;
        RemindedDays = due;
        return true;
    }

    /// <summary>Something on which it rests counts no more: a person decides what comes of it, and no machine does.</summary>
    public void NoteEvidenceChanged(DateTime now)
    {
        if (EvidenceChangedAt is not null || State is CredentialState.Lapsed or CredentialState.Revoked) return;
        EvidenceChangedAt = now;
        Raise(new CredentialEvidenceChanged(this, now));
    }

    private void Hold(CredentialPeriod period, DateOnly first, DateOnly? last, CredentialDefinition definition)
    {
        period.Hold(first, last);
        (ValidUntil, RenewableUntil) = (last, last is { } day ? definition.Term!.GraceUntil(day) : null);
    }

    private void MustNotBeRevoked()
    {
        if (RevokedAt is not null) throw new RuleException("credential.revoked", "This credential was revoked, for good.");
    }

    private static void MustNotBeOwn(Guid holder, Guid by)
    {
        if (holder == by)
            throw new RuleException("credential.own", "Nobody issues, renews or revokes their own credential.", RuleKind.Forbidden);
    }

    private static void MustBeMet(IReadOnlyList<RequirementResult> results)
    {
        if (results.Where(r => !r.Met).Select(MissingEvidence.Of).ToList() is { Count: > 0 } missing)
            throw new RuleException("credential.unmet", "What this credential asks for is not all there yet.").With("missing", missing);
    }
}

/// <summary>When the holder of a credential is told that it ends.</summary>
public static class CredentialReminders
{
    /// <summary>So many days before the last one, from the earliest on.</summary>
    public static readonly IReadOnlyList<int> DaysBefore = [90, 30, 0];
}

/// <summary>Whom a credential is issued to, and in which of their enrolments.</summary>
public sealed record CredentialHolder(Guid PersonId, Guid EnrolmentId, Guid? AgencyId);

/// <summary>Something that a credential asks for, and that is not all there yet.</summary>
public sealed record MissingEvidence(RequirementKind Requirement, int Have, int Need)
{
    public static MissingEvidence Of(RequirementResult result) => new(result.Requirement.Kind, result.Have, result.Need);
}

/// <summary>A credential was issued, and its holder may accept it.</summary>
public sealed record CredentialOffered(Credential Credential, DateTime At) : IDomainEvent;

/// <summary>Its holder has accepted a credential: its first term begins, and its badge is signed.</summary>
public sealed record CredentialAccepted(Credential Credential, CredentialPeriod Period, DateTime At) : IDomainEvent;

/// <summary>A credential was renewed: another term begins, and its badge is signed.</summary>
public sealed record CredentialRenewed(Credential Credential, CredentialPeriod Period, DateTime At) : IDomainEvent;

/// <summary>A credential's last day is over.</summary>
public sealed record CredentialExpired(Credential Credential, DateTime At) : IDomainEvent;

/// <summary>A credential can be renewed no more.</summary>
public sealed record CredentialLapsed(Credential Credential, DateTime At) : IDomainEvent;

/// <summary>A credential was taken back, and so are the badges of all its periods.</summary>
public sealed record CredentialRevoked(Credential Credential, DateTime At) : IDomainEvent;

/// <summary>Something on which a credential rests counts no more.</summary>
public sealed record CredentialEvidenceChanged(Credential Credential, DateTime At) : IDomainEvent;
