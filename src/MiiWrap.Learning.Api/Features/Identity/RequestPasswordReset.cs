using FluentValidation;
using MediatR;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Data.Entities;
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
        // Nobody has the other ids: the same statements are sent for an unknown address.
        var mails = new List<OutboundMail>
        {
            // Who has no password yet gets the invitation again.
            await Owed(person?.Id, person is { IsInvited: true } ? MailKind.Invitation : MailKind.PasswordReset),
        };
        // Somebody new would be invited again, and so is whoever stands in for a known one: else an agency's program could tell them apart.
        foreach (var standIn in await StandInsAt(request.Email, address, cancellationToken))
            mails.Add(await Owed(standIn, MailKind.Invitation));
        var ids = mails.ConvertAll(m => m.Id);
        return await db.InTransactionAsync(
            async ct =>
            {
                db.AddRange(mails);
                await db.SaveChangesAsync(ct);
                // Mails that nobody is owed are taken back: the work, and so the time, are the same, and nothing stays.
                await db.OutboundMails.Where(m => ids.Contains(m.Id) && m.PersonId == null).ExecuteDeleteAsync(ct);
                return Unit.Value;
            },
            commit: null,
            cancellationToken);

        async Task<OutboundMail> Owed(Guid? personId, MailKind kind)
        {
            var wait = await db.WaitForLink(personId ?? NewId.At(now), now, cancellationToken);
            return OutboundMail.To(wait is null ? personId : null, kind, now);
        }
    }

    /// <summary>
    /// Who stands in for whomever has this address, by what their agency has sent; nobody, once, when there is none.
    /// </summary>
    private async Task<IReadOnlyList<Guid?>> StandInsAt(string email, string? address, CancellationToken ct)
    {
        var word = PersonWord.InAddress(FoldedText.Of(MailAddresses.Mailable(email) ?? "").Lower);
        var found = await db.PersonWords.Where(w => w.Word == word)
            .Join(db.StandIns, w => w.PersonId, s => s.PersonId, (_, s) => s.PersonId)
            .Join(db.Users, id => id, p => p.Id, (_, p) => new { p.Id, p.Email }).ToListAsync(ct);
        var standIns = found.Where(p => normalizer.NormalizeEmail(p.Email) == address).Select(p => (Guid?)p.Id).ToList();
        return standIns.Count > 0 ? standIns : [null];
    }
}
