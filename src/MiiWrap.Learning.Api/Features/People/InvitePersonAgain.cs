using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Data.Entities;
using MiiWrap.Learning.Api.Http;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Messaging;

namespace MiiWrap.Learning.Api.Features.People;

/// <summary>
/// Whoever may find a person sends their invitation again, with a new link; one that is still waiting to be sent is enough.
/// </summary>
public sealed record InvitePersonAgain(Guid PersonId) : ICommand<Unit>;

internal sealed class InvitePersonAgainHandler(
    LearningDb db, DirectoryAccess directory, Caller caller, RateLimits limits, TimeProvider clock)
    : IRequestHandler<InvitePersonAgain, Unit>
{
    public async Task<Unit> Handle(InvitePersonAgain request, CancellationToken cancellationToken)
    {
        var person = await directory.People().Where(p => p.Id == request.PersonId).Select(p => new
        {
            // Of whom a program has named, the mail goes to the person that the address is.
            Id = db.StandIns.Where(s => s.PersonId == p.Id).Select(s => (Guid?)s.StandsFor).FirstOrDefault() ?? p.Id,
        }).SingleOrDefaultAsync(cancellationToken) ?? throw new NotFoundException("person");
        if (await db.Users.AnyAsync(p => p.Id == person.Id && p.Status != PersonStatus.Active, cancellationToken))
            throw new RuleException("person.suspended", "This person has no access; give it back first.");
        if (await db.Users.AnyAsync(p => p.Id == person.Id && (p.PasswordHash != null || db.ExternalLogins.Any(l => l.PersonId == p.Id)),
            cancellationToken))
            throw new RuleException("invitation.accepted", "This person has accepted; a forgotten password has a way of its own.");
        if (await db.OutboundMails.AnyAsync(m => m.PersonId == person.Id && m.Kind == MailKind.Invitation && m.SentAt == null
            && m.FailedAt == null, cancellationToken)) return Unit.Value;
        db.Add(OutboundMail.Invitation(person.Id, caller.PersonId, clock.UtcNow()));
        limits.CheckInvitations(caller, 1);
        await db.SaveChangesAsync(cancellationToken);
        return Unit.Value;
    }
}
