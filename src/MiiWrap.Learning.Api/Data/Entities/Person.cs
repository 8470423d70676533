using Microsoft.AspNetCore.Identity;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Nudges;

namespace MiiWrap.Learning.Api.Data.Entities;

/// <summary>Whether somebody has access.</summary>
public enum PersonStatus
{
    Active,

    /// <summary>For a while: nothing reaches them, and all they have waits.</summary>
    Suspended,

    /// <summary>They have left: their enrolments were withdrawn and their roles ended.</summary>
    Left,
}

/// <summary>Someone who can sign in; what they may do stands in their relationships to cohorts and agencies.</summary>
public sealed class Person : IdentityUser<Guid>, IVersioned
{
    public string Name
    {
        get;
        set => (field, SortName) = (value, SortKey.Of(value));
    } = "";

    /// <summary>By what the directory is sorted: see <see cref="SortKey"/>.</summary>
    public string SortName { get; private set; } = "";

    /// <summary>The IANA zone in which this person works.</summary>
    public string TimeZone { get; set; } = "";

    public TimeOnly QuietFrom { get; set; } = QuietHours.Default.Start;

    public TimeOnly QuietUntil { get; set; } = QuietHours.Default.End;

    /// <summary>A bit mask of weekdays: bit n stands for day n, Sunday being 0.</summary>
    public int QuietDays { get; set; } = BitsOf(QuietHours.Default.Days);

    /// <summary>Days on which this person is away.</summary>
    public IReadOnlyList<DateOnly> LeaveDays { get; set; } = [];

    /// <summary>They want their check-ins by mail.</summary>
    public bool NudgesByMail { get; set; } = true;

    /// <summary>They want a mail when feedback waits for them.</summary>
    public bool FeedbackByMail { get; set; } = true;

    /// <summary>They want programs that follow the events to bring them their asks, with the link that answers.</summary>
    public bool NudgesByWebhook { get; set; }

    /// <summary>The way by which an ask counts as sent: one that goes by mail as well is a mail.</summary>
    public NudgeChannel NudgeChannel => NudgesByMail ? NudgeChannel.Email : NudgesByWebhook ? NudgeChannel.Webhook : NudgeChannel.InApp;

    public bool IsProgramAdmin { get; set; }

    /// <summary>The language that they want, as BCP 47 has it; null for the programme's own.</summary>
    public string? Locale { get; set; }

    /// <summary>The address that becomes theirs once they confirm it by the link that was mailed to it.</summary>
    public string? NewEmail { get; private set; }

    public PersonStatus Status { get; private set; }

    /// <summary>Since when they have no access; null for those who have.</summary>
    public DateTime? EndedAt { get; private set; }

    public string? EndReason { get; private set; }

    public DateTime CreatedAt { get; set; }

    public int Version { get; set; }

    public QuietHours Quiet
    {
        get => new(QuietFrom, QuietUntil, [.. Enum.GetValues<DayOfWeek>().Where(d => (QuietDays & (1 << (int)d)) != 0)]);
        set => (QuietFrom, QuietUntil, QuietDays) = (value.Start, value.End, BitsOf(value.Days));
    }

    public static Person Create(string email, string name, string timeZone, DateTime now) => new()
    {
        Id = NewId.At(now),
        UserName = email,
        Email = email,
        Name = name,
        TimeZone = timeZone,
        CreatedAt = now,
    };

    /// <summary>Someone new, who chooses a password by the link of their invitation.</summary>
    public static Person Invite(string email, string normalizedEmail, string name, string timeZone, DateTime now)
    {
        var person = Create(email, name, timeZone, now);
        (person.NormalizedEmail, person.NormalizedUserName, person.SecurityStamp) = (normalizedEmail, normalizedEmail, NewStamp());
        return person;
    }

    /// <summary>
    /// A row in an agency's list that nobody can sign in as, and no mail reaches: see <see cref="Entities.StandIn"/>. It shows the address
    /// that the agency has sent.
    /// </summary>
    public static Person InSteadOf(string email, string name, string timeZone, DateTime now) => new()
    {
        Id = NewId.At(now),
        Email = email,
        Name = name,
        TimeZone = timeZone,
        SecurityStamp = NewStamp(),
        CreatedAt = now,
    };

    /// <summary>Takes a new password: every token that was given out before ends, and so does what failed sign-ins brought about.</summary>
    public void ChoosePassword(string hash) => (PasswordHash, SecurityStamp, EmailConfirmed) = (hash, NewStamp(), true);

    /// <summary>Ends access; every token that was given out before ends with it.</summary>
    public void EndAccess(PersonStatus status, string reason, DateTime now) =>
        (Status, EndReason, EndedAt, SecurityStamp, NewEmail) = (status, reason, now, NewStamp(), null);

    /// <summary>Ends every token that was given out before.</summary>
    public void EndTokens() => SecurityStamp = NewStamp();

    public void RestoreAccess() => (Status, EndReason, EndedAt) = (PersonStatus.Active, null, null);

    /// <summary>Somebody who has never signed in gets their right address at once: nobody has proved that the first is theirs.</summary>
    public void CorrectAddress(string email, string normalizedEmail) =>
        (Email, NormalizedEmail, UserName, NormalizedUserName, NewEmail) = (email, normalizedEmail, email, normalizedEmail, null);

    /// <summary>Someone else, who has the address, is meant: from now on this is a row that stands in for them.</summary>
    public void StandInAs(string email) =>
        (Email, NormalizedEmail, UserName, NormalizedUserName, NewEmail) = (email, null, null, null, null);

    /// <summary>Refuses to give a part to somebody who has no access.</summary>
    public void MustHaveAccess()
    {
        if (Status != PersonStatus.Active)
            throw new RuleException("person.suspended", "This person has no access; give it back first.");
    }

    /// <summary>True for a row that stands in for someone else.</summary>
    public bool IsStandIn => NormalizedEmail is null;

    /// <summary>Somebody who signs in keeps their address until they confirm the new one.</summary>
    public void AskForAddress(string email) => NewEmail = email;

    /// <summary>The link was opened by the person: what was given out under the old address ends.</summary>
    public void ConfirmAddress(string normalizedEmail)
    {
        CorrectAddress(NewEmail!, normalizedEmail);
        (EmailConfirmed, SecurityStamp) = (true, NewStamp());
    }

    private static string NewStamp() => Guid.NewGuid().ToString("N");

    private static int BitsOf(IEnumerable<DayOfWeek> days) => days.Aggregate(0, (bits, day) => bits | (1 << (int)day));
}

/// <summary>Somebody has no access from now on, for a while or for good.</summary>
public sealed record AccessEnded(Person Person, DateTime At) : IDomainEvent;

/// <summary>Somebody has access again.</summary>
/// <param name="DismissedAt">When they had left; null where they were only suspended.</param>
public sealed record AccessRestored(Person Person, DateTime? DismissedAt, DateTime At) : IDomainEvent;
