using MiiWrap.Learning.Domain.Common;

namespace MiiWrap.Learning.Domain.Messaging;

/// <summary>What a mail is about.</summary>
public enum MailKind
{
    Invitation,
    PasswordReset,
    LockOut,
    WebhookStopped,

    /// <summary>To a learner: feedback waits.</summary>
    FeedbackReady,

    /// <summary>To a learner: something was taken out of a reflection.</summary>
    WordsRedacted,

    /// <summary>To a cohort's lead: learners wait too long for feedback.</summary>
    ReviewsOverdue,

    /// <summary>To whoever invited: an invitation was given up.</summary>
    InvitationUndelivered,

    /// <summary>To a learner: they are back in a cohort that they had left.</summary>
    EnrolmentResumed,

    /// <summary>To a person: an agency that they are not known to belong to has enrolled them.</summary>
    EnrolmentOffered,

    /// <summary>To a cohort's lead: people were appointed in it or dismissed.</summary>
    CohortStaffChanged,

    /// <summary>To a cohort's lead: there are learners whose reflections nobody may read.</summary>
    NobodyMayRead,

    /// <summary>To the address that a person is to get: the link by which it becomes theirs.</summary>
    AddressConfirmation,

    /// <summary>To the address that a person has: another one was asked for.</summary>
    AddressChanging,

    /// <summary>To a reviewer: a lead has given them another one's claim.</summary>
    ReviewHandedOver,

    /// <summary>To a coach: a learner would like to talk.</summary>
    TalkRequested,

    /// <summary>To a learner: they go on in another cohort.</summary>
    EnrolmentMoved,

    /// <summary>To a programme admin: somebody waits in a cohort of which nobody who would see to it has access.</summary>
    StaffMissing,

    /// <summary>To whoever corrected an address: the link by which it becomes its person's was given up.</summary>
    AddressUndelivered,

    /// <summary>To a learner: check-ins. These have a table of their own.</summary>
    CheckIn,

    /// <summary>To a person: their second factor is on.</summary>
    SecondFactorOn,

    /// <summary>To a person: they have turned their second factor off.</summary>
    SecondFactorOff,

    /// <summary>To a person: their second factor was turned off for them.</summary>
    SecondFactorReset,

    /// <summary>To a programme admin: they have turned somebody's second factor off.</summary>
    SecondFactorResetDone,

    /// <summary>To a person: somebody has their password, and guesses at the codes of their second factor.</summary>
    CodeGuessed,

    /// <summary>To whoever takes part: coaching sessions were planned.</summary>
    SessionPlanned,

    /// <summary>To whoever takes part: a planned session has another time.</summary>
    SessionMoved,

    /// <summary>To the others of a planned session: it was called off, or one of several cannot come.</summary>
    SessionCancelled,

    /// <summary>To a cohort's lead: somebody else has moved one of its learners to another cohort.</summary>
    LearnerMoved,

    /// <summary>To a learner: somebody who supervises or administers their agency would coach them.</summary>
    CoachingProposed,

    /// <summary>To a learner: somebody was named to coach them, and does.</summary>
    CoachingBegun,

    /// <summary>To whoever teaches or leads a cohort: somebody else has named a coach for one of its learners.</summary>
    CoachAppointed,

    /// <summary>To a coach or a coachee: words were taken out of what they wrote about a session.</summary>
    SessionRedacted,

    /// <summary>To a learner: a credential was issued to them, which they may accept.</summary>
    CredentialOffered,

    /// <summary>To its holder: a credential ends, or has ended.</summary>
    CredentialEnding,

    /// <summary>To whoever issued a credential: something on which it rests counts no more.</summary>
    CredentialQuestioned,
}

/// <summary>
/// A mail that is owed to a person, stored with what caused it. It holds neither words nor secrets: both are made when it is sent.
/// </summary>
public sealed class OutboundMail : MailMessage
{
    /// <summary>The last wait ends it, more than two days later.</summary>
    public static readonly IReadOnlyList<TimeSpan> RetryAfter =
    [
        TimeSpan.FromSeconds(15), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30), TimeSpan.FromHours(2),
        TimeSpan.FromHours(8),
        TimeSpan.FromHours(24), TimeSpan.FromHours(24),
    ];

    private OutboundMail()
    {
    }

    /// <summary>
    /// Nobody only within the transaction in which an unknown address asks for a new password: that costs the same, and is undone.
    /// </summary>
    public Guid? PersonId { get; private set; }

    public MailKind Kind { get; private set; }

    /// <summary>Of an invitation or of a link to a new address, who hears of it when it can't be delivered.</summary>
    public Guid? InvitedBy { get; private set; }

    /// <summary>The cohort that it is about; null when it is about none.</summary>
    public Guid? CohortId { get; private set; }

    /// <summary>The coaching session that it is about; null when it is about none.</summary>
    public Guid? SessionId { get; private set; }

    /// <summary>The credential that it is about; null when it is about none.</summary>
    public Guid? CredentialId { get; private set; }

    /// <summary>Where it goes, if not to the address that its person has when it is sent.</summary>
    public string? Address { get; private set; }

    /// <summary>
    /// W3C trace context (<c>traceparent</c>) of what owed it, which the sender continues; null when that was not traced. It names nobody.
    /// </summary>
    public string? TraceParent { get; set; }

    /// <summary>True: it tells of what was done at one moment, which no later one tells of; else of how something stands.</summary>
    public bool TellsOfMoment => Kind is MailKind.CohortStaffChanged or MailKind.CoachAppointed or MailKind.LearnerMoved
        or MailKind.SecondFactorResetDone;

    protected override IReadOnlyList<TimeSpan> BackOff => RetryAfter;

    /// <param name="dueAt">When it may go; at once when not given.</param>
    public static OutboundMail To(Guid? personId, MailKind kind, DateTime now, DateTime? dueAt = null, Guid? cohortId = null) => new()
    {
        Id = NewId.At(now),
        PersonId = personId,
        Kind = kind,
        CohortId = cohortId,
        CreatedAt = now,
        LeaseUntil = dueAt ?? now,
    };

    public static OutboundMail AboutSession(Guid sessionId, Guid personId, MailKind kind, DateTime now)
    {
        var mail = To(personId, kind, now);
        mail.SessionId = sessionId;
        return mail;
    }

    /// <param name="dueAt">When it may go; at once when not given.</param>
    public static OutboundMail AboutCredential(
        Guid credentialId, Guid personId, MailKind kind, DateTime now, DateTime? dueAt = null)
    {
        var mail = To(personId, kind, now, dueAt);
        mail.CredentialId = credentialId;
        return mail;
    }

    public static OutboundMail Invitation(Guid personId, Guid? invitedBy, DateTime now)
    {
        var mail = To(personId, MailKind.Invitation, now);
        mail.InvitedBy = invitedBy;
        return mail;
    }

    /// <summary>A mail that is meant for one address, whatever its person's is when it is sent.</summary>
    /// <param name="askedBy">Who hears of it when it can't be delivered.</param>
    public static OutboundMail ToAddress(string address, Guid personId, MailKind kind, DateTime now, Guid? askedBy = null)
    {
        var mail = To(personId, kind, now);
        (mail.Address, mail.InvitedBy) = (address, askedBy);
        return mail;
    }

    /// <summary>
    /// Owes a mail that was given up once more, from the first attempt on: its server is back, or its receiver has another address. One
    /// that waits already is left as it is.
    /// </summary>
    public void SendAgain(DateTime now)
    {
        if (IsPending) return;
        if (SentAt is not null) throw new RuleException("mail.sent", "This mail has gone out.");
        if (Fault is null) throw new RuleException("mail.needless", "This mail has nothing to say any more, so it is not sent.");
        (FailedAt, Fault, Attempts, LeaseUntil) = (null, null, 0, now);
    }

    public override bool ScheduleRetry(DateTime now, string fault)
    {
        if (!base.ScheduleRetry(now, fault)) return false;
        Raise(new MailGivenUp(this, now));
        return true;
    }
}

/// <summary>A mail was not taken as often as it was tried.</summary>
public sealed record MailGivenUp(OutboundMail Mail, DateTime At) : IDomainEvent;
