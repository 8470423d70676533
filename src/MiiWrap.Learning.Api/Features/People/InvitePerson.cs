using FluentValidation;
using MediatR;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Data.Entities;
using MiiWrap.Learning.Api.Http;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Messaging;

namespace MiiWrap.Learning.Api.Features.People;

/// <summary>A programme admin adds a person, who is invited by mail; what they may do is given to them in cohorts and agencies.</summary>
/// <param name="Email" example="ines@example.org">The address at which the person will sign in.</param>
/// <param name="Name" example="Ines Okafor">One line, at most 200 characters.</param>
/// <param name="TimeZone" example="America/Chicago">An IANA zone name.</param>
public sealed record InvitePerson(string Email, string Name, string TimeZone) : ICommand<InvitedPerson>;

/// <summary>The person who was invited.</summary>
public sealed record InvitedPerson(Guid Id);

internal sealed class InvitePersonValidator : AbstractValidator<InvitePerson>
{
    public InvitePersonValidator()
    {
        RuleFor(x => x.Email).MustBeAddress();
        RuleFor(x => x.Name).MustBeName();
        RuleFor(x => x.TimeZone).NotEmpty().MustBeZone();
    }
}

internal sealed class InvitePersonHandler(LearningDb db, Caller caller, ILookupNormalizer normalizer, RateLimits limits, TimeProvider clock)
    : IRequestHandler<InvitePerson, InvitedPerson>
{
    public async Task<InvitedPerson> Handle(InvitePerson request, CancellationToken cancellationToken)
    {
        caller.MustBeProgramAdmin("add people");
        var now = clock.UtcNow();
        var address = normalizer.NormalizeEmail(request.Email.Trim());
        if (await db.Users.Where(p => p.NormalizedEmail == address).Select(p => (Guid?)p.Id)
            .SingleOrDefaultAsync(cancellationToken) is { } known)
            throw new RuleException("person.exists", "Someone with this address is here already.").With("id", known);
        var person = Person.Invite(
            MailAddresses.Mailable(request.Email)!, address, request.Name.Trim(), Zones.Current(request.TimeZone)!, now);
        db.AddRange(person, new GivenAddress(person.Id, caller.PersonId), OutboundMail.Invitation(person.Id, caller.PersonId, now));
        limits.CheckInvitations(caller, 1);
        await db.SaveChangesAsync(cancellationToken);
        return new(person.Id);
    }
}
