using System.Text.Json.Serialization;
using FluentValidation;
using MediatR;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Contracts;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Data.Entities;
using MiiWrap.Learning.Api.Http;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Enrolments;
using MiiWrap.Learning.Domain.Messaging;
using MiiWrap.Learning.Domain.Nudges;

namespace MiiWrap.Learning.Api.Features.People;

/// <summary>
/// A programme admin, or the admin of the agency whose alone they are, corrects a person's name, address, zone or language; what is not
/// sent stays.
/// </summary>
/// <param name="Name" example="Ines Okafor">One line, at most 200 characters.</param>
/// <param name="Email" example="ines.okafor@example.org">
/// Theirs at once while they have not accepted their invitation, which then goes to it. Later it becomes theirs when they open the link
/// that is mailed to it and prove by their password who they are, and the present address is told. The present address takes an open change
/// back; the same new one again sends another link where none is good any more.
/// </param>
/// <param name="TimeZone" example="America/Chicago">An IANA zone name; planned check-ins move with it.</param>
/// <param name="Locale" example="es-MX">The language that they want, as BCP 47 has it; null in a merge patch for the programme's own.</param>
public sealed record ChangePerson(string? Name, string? Email, string? TimeZone, string? Locale) : ICommand<PersonItem>
{
    [JsonIgnore]
    public Guid PersonId { get; init; }

    /// <summary>The language is the programme's own again.</summary>
    [JsonIgnore]
    public bool ClearsLocale { get; init; }

    [JsonIgnore]
    public Precondition Precondition { get; init; }
}

internal sealed class ChangePersonValidator : AbstractValidator<ChangePerson>
{
    public ChangePersonValidator()
    {
        RuleFor(x => x.Name).MustBeName().When(x => x.Name is not null);
        RuleFor(x => x.Email).MustBeAddress().When(x => x.Email is not null);
        RuleFor(x => x.TimeZone).MustBeZone().When(x => x.TimeZone is not null);
        RuleFor(x => x.Locale).MustBeLanguage();
    }
}

internal sealed class ChangePersonHandler(
    LearningDb db, DirectoryAccess directory, Caller caller, ILookupNormalizer normalizer, RateLimits limits, SecurityLog log,
    IMediator mediator, TimeProvider clock) : IRequestHandler<ChangePerson, PersonItem>
{
    public async Task<PersonItem> Handle(ChangePerson request, CancellationToken cancellationToken)
    {
        var person = await directory.LoadToChange(request.PersonId, cancellationToken);
        var before = await mediator.Send(new GetPerson(person.Id), cancellationToken);
        request.Precondition.Check("person.stale", before.ETag);
        if (request.Name?.NormalizeNfc() is { } name && name != person.Name) await Rename(person, name, cancellationToken);
        if (request.Locale is { } locale) person.Locale = LanguageTags.Canonical(locale);
        else if (request.ClearsLocale) person.Locale = null;
        var redirected = request.Email is not null
            && await ChangeAddress(person, MailAddresses.Mailable(request.Email)!, before.Invitation, cancellationToken);
        if (request.TimeZone is not null && Zones.Current(request.TimeZone)! is var zone && zone != person.TimeZone)
        {
            person.TimeZone = zone;
            await mediator.Publish(new DomainEventNotification<CalendarChanged>(
                new([person.Id], "the learner's zone was corrected", clock.UtcNow())), cancellationToken);
        }

        await db.SaveChangesAsync(cancellationToken);
        if (redirected) log.InvitationRedirected(person.Id, caller.PersonId);
        return await mediator.Send(new GetPerson(person.Id), cancellationToken);
    }

    /// <summary>The name that a cohort's page shows stands in each enrolment.</summary>
    private async Task Rename(Person person, string name, CancellationToken ct)
    {
        person.Name = name;
        foreach (var enrolment in await db.Enrolments.Where(e => e.PersonId == person.Id).ToListAsync(ct)) enrolment.RenameLearner(name);
        foreach (var part in await db.SessionParticipants.Where(p => p.PersonId == person.Id).ToListAsync(ct)) part.Rename(name);
    }

    /// <summary>True where an invitation goes to somebody else now.</summary>
    private async Task<bool> ChangeAddress(Person person, string email, InvitationState invitation, CancellationToken ct)
    {
        var (now, address) = (clock.UtcNow(), normalizer.NormalizeEmail(email));
        if (address == normalizer.NormalizeEmail(person.Email))
        {
            // Another way to write the same one, and the way to take an open change back.
            if (person.IsStandIn) person.StandInAs(email);
            else person.CorrectAddress(email, address);
            return false;
        }

        var owner = await db.Users.SingleOrDefaultAsync(p => p.NormalizedEmail == address, ct);
        if (owner is not null && (directory.SeesEveryAddress || await IsNamedHere(owner.Id, person.Id, ct)))
            throw new RuleException("person.exists", "Someone else with this address is here already.");
        if (invitation != InvitationState.Accepted)
        {
            await InviteAt(person, email, address, owner, now, ct);
        }
        else if (normalizer.NormalizeEmail(person.NewEmail) == address && await db.IsAddressLinkOnItsWay(person, now, ct))
        {
            // Asked for already.
            return false;
        }
        else
        {
            // Whether the address is known here its owner hears from the link, and an agency does not hear at all.
            await db.MustHaveRoomForLink(person.Id, now, ct);
            person.AskForAddress(email);
            db.Add(OutboundMail.ToAddress(email, person.Id, MailKind.AddressConfirmation, now, caller.PersonId));
            db.Add(OutboundMail.ToAddress(person.Email!, person.Id, MailKind.AddressChanging, now));
        }

        limits.CheckInvitations(caller, 1);
        return invitation != InvitationState.Accepted;
    }

    /// <summary>Invites anew, or, for an agency that must not learn that the address is known, offers its owner the place.</summary>
    private async Task InviteAt(Person person, string email, string address, Person? owner, DateTime now, CancellationToken ct)
    {
        var coaching = await db.CoachingRelationships.Where(r => r.CoachId == person.Id && r.EndedAt == null).ToListAsync(ct);
        // Nobody stands in for staff: of an address that is known they could not be, and a refusal of that alone would tell.
        if (!directory.SeesEveryAddress && (coaching.Count > 0
            || await db.AgencyMembers.AnyAsync(m => m.PersonId == person.Id, ct)
            || await db.AgencyRaters.AnyAsync(r => r.PersonId == person.Id, ct)))
            throw new RuleException("person.notYours",
                "Only a programme admin may change the address of staff who have not accepted their invitation.", RuleKind.Forbidden);
        await db.MustHaveRoomForLink(person.Id, now, ct);
        // Whoever chooses where an invitation goes may have chosen themselves.
        if (!await db.GivenAddresses.AnyAsync(g => g.PersonId == person.Id && g.GivenBy == caller.PersonId, ct))
            db.Add(new GivenAddress(person.Id, caller.PersonId));
        foreach (var open in await db.AccountTokens.Where(t => t.PersonId == person.Id && t.UsedAt == null).ToListAsync(ct))
            open.Use(now);
        await db.Invite(person, caller.PersonId, now, ct);
        var taught = db.CohortMembers.Where(m => m.PersonId == person.Id).Select(m => m.CohortId);
        foreach (var cohort in await db.Cohorts.WithStaff().Where(c => taught.Contains(c.Id)).ToListAsync(ct))
            cohort.Reappoint(person.Id, caller.PersonId, now);
        foreach (var relationship in coaching) relationship.Reappoint(caller.PersonId, now);
        var standIn = await db.StandIns.AsTracking().SingleOrDefaultAsync(s => s.PersonId == person.Id, ct);
        if (owner is null)
        {
            if (standIn is not null) db.Remove(standIn);
            person.CorrectAddress(email, address);
            return;
        }

        var agency = standIn?.AgencyId ?? await db.Enrolments.Where(e => e.PersonId == person.Id).Select(e => e.AgencyId!.Value)
            .FirstAsync(ct);
        person.StandInAs(email);
        if (standIn is null) db.Add(new StandIn(person.Id, owner.Id, agency, now, now));
        else db.Entry(standIn).CurrentValues.SetValues(standIn with { StandsFor = owner.Id, OfferedAt = now });
        foreach (var cohort in await db.Enrolments.Where(e => e.PersonId == person.Id && e.Status == EnrolmentStatus.Active)
            .Select(e => e.CohortId).ToListAsync(ct))
            db.Add(OutboundMail.To(owner.Id, MailKind.EnrolmentOffered, now, cohortId: cohort));
    }

    /// <summary>The caller sees this address at somebody else: at its owner, or at whoever stands in for them.</summary>
    private async Task<bool> IsNamedHere(Guid ownerId, Guid but, CancellationToken ct)
    {
        var agencies = directory.Agencies;
        return await directory.People().AnyAsync(p => p.Id == ownerId, ct)
            || await db.StandIns.AnyAsync(s => s.StandsFor == ownerId && s.PersonId != but && agencies.Contains(s.AgencyId), ct);
    }
}

internal static class NewAddresses
{
    /// <summary>Whose new address waits to be confirmed: its link is good, or about to be mailed.</summary>
    public static IQueryable<Guid> WhoHaveNewAddress(this LearningDb db, DateTime now) => db.Users
        .Where(p => p.NewEmail != null && (db.AccountTokens.Any(t => t.PersonId == p.Id && t.Purpose == MailKind.AddressConfirmation
                && t.Address == p.NewEmail && t.UsedAt == null && t.ExpiresAt > now)
            || db.OutboundMails.Any(m => m.PersonId == p.Id && m.Kind == MailKind.AddressConfirmation && m.Address == p.NewEmail
                && m.SentAt == null && m.FailedAt == null)))
        .Select(p => p.Id);

    /// <summary>False where no mail server took the last one, too: its link is good, and nobody has it.</summary>
    public static async Task<bool> IsAddressLinkOnItsWay(this LearningDb db, Person person, DateTime now, CancellationToken ct) =>
        await db.WhoHaveNewAddress(now).AnyAsync(id => id == person.Id, ct)
        && await db.OutboundMails
            .Where(m => m.PersonId == person.Id && m.Kind == MailKind.AddressConfirmation && m.Address == person.NewEmail)
            .OrderByDescending(m => m.CreatedAt).ThenByDescending(m => m.Id).Select(m => m.FailedAt).FirstOrDefaultAsync(ct) is null;
}
