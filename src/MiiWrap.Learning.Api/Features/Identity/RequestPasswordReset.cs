using FluentValidation;
using MediatR;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Messaging;

namespace MiiWrap.Learning.Api.Features.Identity;

/// <summary>A person asks for a link to choose a new password; whether the address is known here is not told.</summary>
/// <param name="Email" example="learner1@example.org">The address at which the person signs in.</param>
public sealed record RequestPasswordReset(string Email) : ICommand<Unit>;

internal sealed class RequestPasswordResetValidator : AbstractValidator<RequestPasswordReset>
{
    public RequestPasswordResetValidator() => RuleFor(x => x.Email).NotEmpty().MaximumLength(256);
}

internal sealed class RequestPasswordResetHandler(LearningDb db, ILookupNormalizer normalizer, TimeProvider clock)
    : IRequestHandler<RequestPasswordReset, Unit>
{
    public async Task<Unit> Handle(RequestPasswordReset request, CancellationToken cancellationToken)
    {
        var now = clock.UtcNow();
        var address = normalizer.NormalizeEmail(request.Email.Trim());
        var person = await db.Users.Where(p => p.NormalizedEmail == address)
            .Select(p => new { p.Id, IsInvited = p.PasswordHash == null }).SingleOrDefaultAsync(cancellationToken);
        // Nobody has the other id: the same statements are sent for an unknown address.
        var id = person?.Id ?? NewId.At(now);
        var wait = await db.WaitForLink(id, now, cancellationToken);
        var isOwed = person is not null && wait is null;
        // Who has no password yet gets the invitation again.
        var mail = OutboundMail.To(isOwed ? id : null, person is { IsInvited: true } ? MailKind.Invitation : MailKind.PasswordReset, now);
        return await db.InTransactionAsync(
            async ct =>
            {
                db.Add(mail);
                await db.SaveChangesAsync(ct);
                // A mail that nobody is owed is taken back: the work, and so the time, are the same, and nothing stays.
                await db.OutboundMails.Where(m => m.Id == mail.Id && m.PersonId == null).ExecuteDeleteAsync(ct);
                return Unit.Value;
            },
            commit: null,
            cancellationToken);
    }
}
