using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Http;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Messaging;

namespace MiiWrap.Learning.Api.Features.Mails;

/// <summary>
/// A programme admin sees which mails did not get through, or wait to be sent, newest first; never what they say. What has failed is kept
/// for 30 days; check-ins are kept longer.
/// </summary>
/// <param name="Status" example="failed">failed, which is what counts when none is named, or pending.</param>
public sealed record ListMails(string? Status, string? Limit, string? Cursor) : IQuery<Page<MailItem>>, IPaged;

/// <summary>Where a mail stands.</summary>
public enum MailStatus
{
    /// <summary>It was given up after its last attempt.</summary>
    Failed,

    /// <summary>It waits for its first or next attempt, or for its receiver's hours.</summary>
    Pending,
}

/// <summary>A mail that the program owes, without its words.</summary>
/// <param name="Reason" example="The mail server answered 550 5.1.1: there is no such mailbox.">
/// Why the last attempt failed; null before the first one has.
/// </param>
/// <param name="FailedAt">When it was given up; null while it is pending.</param>
/// <param name="NextAttemptAt">When it is tried next; null when it was given up.</param>
/// <param name="Attempts" example="3">How often it was tried.</param>
public sealed record MailItem(
    Guid Id, MailKind Kind, MailStatus Status, MailRecipient Recipient, string? Reason, int Attempts, DateTime CreatedAt,
    DateTime? FailedAt, DateTime? NextAttemptAt);

/// <summary>To whom a mail goes.</summary>
/// <param name="Email">
/// Where it goes: to the address that the person has now, so that whoever corrects it has the mail sent there. What is about one address,
/// such as the question whether it is theirs, goes to that one.
/// </param>
public sealed record MailRecipient(Guid Id, string Name, string? Email);

internal sealed class ListMailsValidator : AbstractValidator<ListMails>
{
    public ListMailsValidator()
    {
        this.RuleForPaging(byMoment: true);
        RuleFor(x => x.Status).MustBeOneOf<ListMails, MailStatus>();
    }
}

internal sealed class ListMailsHandler(LearningDb db, Caller caller, ILogger<ListMails> log) : IRequestHandler<ListMails, Page<MailItem>>
{
    public async Task<Page<MailItem>> Handle(ListMails request, CancellationToken cancellationToken)
    {
        caller.MustBeProgramAdmin("look through mails");
        var status = EnumNames.TryParse<MailStatus>(request.Status, out var named) ? named : MailStatus.Failed;
        // Two tables, each in the order of the page: the page is the first of both.
        var mails = await Of(db.OutboundMails, status).LoadReadablePageAsync(
            m => m.Id, some => PageOf(some, request, status),
            some => some.Join(db.Users, m => m.PersonId, p => p.Id, (m, p) => new MailItem(
                m.Id, m.Kind, status, new(p.Id, p.Name, m.Address ?? p.Email), m.Fault, m.Attempts, m.CreatedAt, m.FailedAt,
                m.FailedAt == null ? m.LeaseUntil : null)).ToListAsync(cancellationToken),
            log.LeavesOut("mail"), cancellationToken);
        var checkIns = await Of(db.NudgeMessages, status).LoadReadablePageAsync(
            m => m.Id, some => PageOf(some, request, status),
            some => some.Join(db.Users, m => m.PersonId, p => p.Id, (m, p) => new MailItem(
                m.Id, MailKind.CheckIn, status, new(p.Id, p.Name, p.Email), m.Fault, m.Attempts, m.CreatedAt, m.FailedAt,
                m.FailedAt == null ? m.LeaseUntil : null)).ToListAsync(cancellationToken),
            log.LeavesOut("check-in's mail"), cancellationToken);
        var rows = mails.Concat(checkIns).OrderByDescending(OrderOf).ThenByDescending(m => m.Id).Take(request.Take() + 1).ToList();
        return rows.ToPage(request, m => (Paging.KeyOf(OrderOf(m)), m.Id));
    }

    private static DateTime OrderOf(MailItem mail) => mail.FailedAt ?? mail.CreatedAt;

    private static IQueryable<T> Of<T>(IQueryable<T> mails, MailStatus status)
        where T : MailMessage => status == MailStatus.Failed
        ? mails.AsNoTracking().Where(m => m.FailedAt != null && m.Fault != null)
        : mails.AsNoTracking().Where(m => m.SentAt == null && m.FailedAt == null);

    private static IQueryable<T> PageOf<T>(IQueryable<T> mails, ListMails request, MailStatus status)
        where T : MailMessage => status == MailStatus.Failed
        ? mails.PageBy(request, m => m.FailedAt!.Value, m => m.Id, newestFirst: true)
        : mails.PageBy(request, m => m.CreatedAt, m => m.Id, newestFirst: true);
}
