using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Domain.Messaging;

namespace MiiWrap.Learning.Api.Contracts;

/// <summary>Where somebody's invitation stands.</summary>
public enum InvitationState
{
    /// <summary>The link was sent, or is about to be, and is good.</summary>
    Invited,

    /// <summary>They have signed in, or chosen a password.</summary>
    Accepted,

    /// <summary>The link was not opened in time, or no mail server took it: send another.</summary>
    Expired,
}

internal static class Invitations
{
    public static IQueryable<Guid> WhoAccepted(this LearningDb db) =>
        db.Users.Where(p => p.PasswordHash != null || db.ExternalLogins.Any(l => l.PersonId == p.Id)).Select(p => p.Id);

    /// <summary>Whoever stands in for somebody is invited by the same rows, though no mail goes to them.</summary>
    public static IQueryable<Guid> WhoAreInvited(this LearningDb db, DateTime now) => db.Users
        .Where(p => db.AccountTokens
                .Any(t => t.PersonId == p.Id && t.Purpose == MailKind.Invitation && t.UsedAt == null && t.ExpiresAt > now)
            || db.OutboundMails
                .Any(m => m.PersonId == p.Id && m.Kind == MailKind.Invitation && m.SentAt == null && m.FailedAt == null))
        .Select(p => p.Id);

    public static InvitationState StateOf(bool isAccepted, bool isInvited) =>
        isAccepted ? InvitationState.Accepted : isInvited ? InvitationState.Invited : InvitationState.Expired;
}
