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
using MiiWrap.Learning.Domain.Messaging;
using MiiWrap.Learning.Domain.Nudges;

namespace MiiWrap.Learning.Api.Features.People;

/// <summary>
/// A programme admin, or the admin of the agency whose alone they are, corrects a person's name, address, zone or language; what is not
/// sent stays.
/// </summary>
/// <param name="Name" example="Ines Okafor">One line, at most 200 characters.</param>
/// <param name="Email" example="ines.okafor@example.org">
/// Theirs at once while they have not accepted their invitation, which then goes to it. Later it becomes theirs when the link that is
/// mailed to it is opened, and the present address is told. The present address takes an open change back.
/// </param>
/// <param name="TimeZone" example="America/Chicago">An IANA zone name; planned check-ins move with it.</param>
/// <param name="Locale" example="es-MX">The language that they want, as BCP 47 has it.</param>
public sealed record ChangePerson(string? Name, string? Email, string? TimeZone, string? Locale) : ICommand<PersonItem>
{
    [JsonIgnore]
    public Guid PersonId { get; init; }

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
    LearningDb db, DirectoryAccess directory, Caller caller, ILookupNormalizer normalizer, RateLimits limits, IMediator mediator,
    TimeProvider clock) : IRequestHandler<ChangePerson, PersonItem>
{
    public async Task<PersonItem> Handle(ChangePerson request, CancellationToken cancellationToken)
    {
        var person = await directory.LoadToChange(request.PersonId, cancellationToken);
        var before = await mediator.Send(new GetPerson(person.Id), cancellationToken);
        request.Precondition.Check("person.stale", before.ETag);
        if (request.Name?.NormalizeNfc() is { } name && name != person.Name) await Rename(person, name, cancellationToken);
        if (request.Locale is { } locale) person.Locale = LanguageTags.Canonical(locale);
        if (request.Email is not null)
            await ChangeAddress(person, MailAddresses.Mailable(request.Email)!, before.Invitation, cancellationToken);
        if (request.TimeZone is not null && Zones.Current(request.TimeZone)! is var zone && zone != person.TimeZone)
        {
            person.TimeZone = zone;
            await mediator.Publish(new DomainEventNotification<CalendarChanged>(
                new([person.Id], "the learner's zone was corrected", clock.UtcNow())), cancellationToken);
        }

        await db.SaveChangesAsync(cancellationToken);
        return await mediator.Send(new GetPerson(person.Id), cancellationToken);
    }

    /// <summary>The name that a cohort's page shows stands in each enrolment.</summary>
    private async Task Rename(Person person, string name, CancellationToken ct)
    {
        person.Name = name;
        foreach (var enrolment in await db.Enrolments.Where(e => e.PersonId == person.Id).ToListAsync(ct)) enrolment.RenameLearner(name);
    }

    private async Task ChangeAddress(Person person, string email, InvitationState invitation, CancellationToken ct)
    {
        if (person.NormalizedEmail is null)
            throw new RuleException("person.address.notYours",
                "Only the person themselves can change this address; enrol them anew with another one.", RuleKind.Forbidden);
        var (now, address) = (clock.UtcNow(), normalizer.NormalizeEmail(email));
        if (address == person.NormalizedEmail)
        {
            // Another way to write the same one, and the way to take an open change back.
            person.CorrectAddress(email, address);
            return;
        }

        var isTaken = await db.Users.AnyAsync(p => p.NormalizedEmail == address, ct);
        if (invitation != InvitationState.Accepted)
        {
            if (isTaken) throw Taken();
            person.CorrectAddress(email, address);
            foreach (var open in await db.AccountTokens.Where(t => t.PersonId == person.Id && t.UsedAt == null).ToListAsync(ct))
                open.Use(now);
            foreach (var mail in await db.OutboundMails.Where(m => m.PersonId == person.Id && m.Kind == MailKind.Invitation
                && m.SentAt == null && m.FailedAt == null).ToListAsync(ct)) mail.Discard(now);
            db.Add(OutboundMail.Invitation(person.Id, caller.PersonId, now));
        }
        else
        {
            // Others hear of it from the link alone: whether an address is known here is not an agency's to learn.
            if (isTaken && directory.SeesEveryAddress) throw Taken();
            if (normalizer.NormalizeEmail(person.NewEmail) == address) return;
            person.AskForAddress(email);
            db.Add(OutboundMail.ToAddress(email, person.Id, MailKind.AddressConfirmation, now));
            db.Add(OutboundMail.ToAddress(person.Email!, person.Id, MailKind.AddressChanging, now));
        }

        limits.CheckInvitations(caller, 1);
    }

    private static RuleException Taken() => new("person.exists", "Someone else with this address is here already.");
}
