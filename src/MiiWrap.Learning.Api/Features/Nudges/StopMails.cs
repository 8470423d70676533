using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Mail;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Nudges;

namespace MiiWrap.Learning.Api.Features.Nudges;

/// <summary>The page behind a mail's way out; looking at it changes nothing.</summary>
public sealed record ShowStopMails(string Token) : IQuery<HtmlPage>;

/// <summary>
/// Someone wants no more check-ins by mail: one click in their mail program (RFC 8058), without signing in. In the app they go on.
/// </summary>
public sealed record StopMails(string Token) : ICommand<HtmlPage>;

internal sealed class StopMailsHandler(LearningDb db, OneTapLinks links, IMediator mediator, TimeProvider clock)
    : IRequestHandler<ShowStopMails, HtmlPage>, IRequestHandler<StopMails, HtmlPage>
{
    public Task<HtmlPage> Handle(ShowStopMails request, CancellationToken cancellationToken) =>
        Task.FromResult<HtmlPage>(links.ReadStop(request.Token) is null
            ? new(404, OneTapPage.Unknown())
            : new(200, HtmlLayout.Render(
                "No more check-ins by mail?",
                "<p>They go on in the app, and you can have them by mail again in your preferences. Mails that say that feedback waits for you have a switch of their own there.</p>\n<form method=\"post\"><button type=\"submit\">Stop the mails</button></form>",
                null)));

    public async Task<HtmlPage> Handle(StopMails request, CancellationToken cancellationToken)
    {
        if (links.ReadStop(request.Token) is not { } id
            || await db.Users.SingleOrDefaultAsync(p => p.Id == id, cancellationToken) is not { } person)
            return new(404, OneTapPage.Unknown());
        if (person.NudgesByMail)
        {
            person.NudgesByMail = false;
            await mediator.Publish(new DomainEventNotification<CalendarChanged>(
                new([person.Id], "the learner changed how check-ins come", clock.UtcNow())), cancellationToken);
        }

        await db.SaveChangesAsync(cancellationToken);
        return new(200,
            HtmlLayout
                .Render("Done",
                    "<p>You get no more check-ins by mail. They go on in the app, and your preferences bring the mails back.</p>", null));
    }
}
