using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Common;

namespace MiiWrap.Learning.Api.Features.Mails;

/// <summary>
/// A programme admin has a mail that was given up sent again, to the address that its receiver has now; one that waits already is left as
/// it is.
/// </summary>
public sealed record ResendMail(Guid MailId) : ICommand<Unit>;

internal sealed class ResendMailHandler(LearningDb db, Caller caller, TimeProvider clock) : IRequestHandler<ResendMail, Unit>
{
    public async Task<Unit> Handle(ResendMail request, CancellationToken cancellationToken)
    {
        caller.MustBeProgramAdmin("have mails sent again");
        var mail = await db.OutboundMails.SingleOrDefaultAsync(m => m.Id == request.MailId, cancellationToken);
        if (mail is null)
        {
            if (await db.NudgeMessages.AnyAsync(m => m.Id == request.MailId, cancellationToken))
                throw new RuleException("mail.checkIn.ended", "Check-ins that did not get through have ended and are not sent late.");
            throw new NotFoundException("mail");
        }

        if (!mail.IsPending && !mail.TellsOfMoment && await db.OutboundMails.AnyAsync(m => m.PersonId == mail.PersonId
            && m.CreatedAt > mail.CreatedAt && m.Kind == mail.Kind && m.CohortId == mail.CohortId && m.SessionId == mail.SessionId
            && m.Address == mail.Address && (m.FailedAt == null || m.SentAt != null), cancellationToken))
            throw new RuleException("mail.sent", "A later mail says the same, and has gone out or is about to.");
        if (!mail.IsPending) mail.TraceParent = LearningDb.TraceParent;
        mail.SendAgain(clock.UtcNow());
        await db.SaveChangesAsync(cancellationToken);
        return Unit.Value;
    }
}
