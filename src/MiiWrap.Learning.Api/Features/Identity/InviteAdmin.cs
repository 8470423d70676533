using FluentValidation;
using MediatR;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Configuration;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Data.Entities;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Messaging;

namespace MiiWrap.Learning.Api.Features.Identity;

/// <summary>The operator makes a programme admin from the command line: the first one has nobody to be invited by.</summary>
public sealed record InviteAdmin(string Email) : ICommand<AdminInvitation>;

/// <summary>The link at which the admin chooses a password; null for someone who has one already.</summary>
public sealed record AdminInvitation(Uri? Link, DateTime? ExpiresAt);

internal sealed class InviteAdminValidator : AbstractValidator<InviteAdmin>
{
    public InviteAdminValidator() => RuleFor(x => x.Email).MustBeAddress();
}

internal sealed class InviteAdminHandler(LearningDb db, Settings settings, ILookupNormalizer normalizer, TimeProvider clock)
    : IRequestHandler<InviteAdmin, AdminInvitation>
{
    public async Task<AdminInvitation> Handle(InviteAdmin request, CancellationToken cancellationToken)
    {
        var now = clock.UtcNow();
        var email = MailAddresses.Mailable(request.Email)!;
        var address = normalizer.NormalizeEmail(email);
        var person = await db.Users.SingleOrDefaultAsync(p => p.NormalizedEmail == address, cancellationToken);
        if (person is null)
        {
            person = Person.Invite(email, address, "Programme admin", "UTC", now);
            db.Add(person);
        }

        person.IsProgramAdmin = true;
        person.RestoreAccess();
        AdminInvitation invitation = new(null, null);
        if (person.PasswordHash is null)
        {
            var (token, secret) = AccountToken.Make(person.Id, MailKind.Invitation, now);
            db.Add(token);
            invitation = new(AccountMailTemplates.Invitation.Link!.With(secret, settings), token.ExpiresAt);
        }

        await db.SaveChangesAsync(cancellationToken);
        return invitation;
    }
}
