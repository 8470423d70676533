using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Configuration;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Data.Entities;
using MiiWrap.Learning.Domain.Messaging;
using MimeKit;

namespace MiiWrap.Learning.Api.Mail;

/// <summary>The words of one kind of mail, and when it may go; each feature brings those of its own.</summary>
/// <param name="Kind">What the mail is about.</param>
/// <param name="Subject">Says nothing to whoever looks over a shoulder.</param>
internal sealed record MailTemplate(MailKind Kind, string Subject)
{
    /// <summary>The paragraphs before the link.</summary>
    public required Func<Person, IReadOnlyList<string>> Paragraphs { get; init; }

    /// <summary>Further paragraphs, of what is known when it is sent.</summary>
    public Func<LearningDb, OutboundMail, DateTime, CancellationToken, Task<IReadOnlyList<string>>>? Details { get; init; }

    /// <summary>A file that comes with it, of what is known when it is sent.</summary>
    public Func<LearningDb, Settings, OutboundMail, CancellationToken, Task<MailAttachment?>>? Attachment { get; init; }

    /// <summary>A link at which a password is chosen or an address confirmed; its token is made when the mail is sent.</summary>
    public MailLink? Link { get; init; }

    /// <summary>Instead of such a link, one to a page on which its receiver signs in: it says nothing, and gives nobody anything.</summary>
    public MailLink? Page { get; init; }

    /// <summary>The paragraphs after the link.</summary>
    public IReadOnlyList<string> Closing { get; init; } = [];

    public string? Footer { get; init; }

    /// <summary>True: it waits for its receiver's hours; else it goes at once, whatever the hour.</summary>
    public bool KeepsHours { get; init; }

    /// <summary>
    /// True: it waits while its receiver is suspended, and goes within the hour when they are back; else it is needless then.
    /// </summary>
    public bool WaitsForAccess { get; init; }

    /// <summary>Asked right before it goes: its receiver may have seen to it meanwhile.</summary>
    public Func<LearningDb, OutboundMail, Person, CancellationToken, Task<bool>> IsStillWanted { get; init; } =
        (_, _, _, _) => Task.FromResult(true);

    private string Button => (Link ?? Page)!.Button;

    public OutgoingMail Compose(OutboundMail mail, Person person, IReadOnlyList<string> details, Uri? link)
    {
        IReadOnlyList<string> paragraphs = [.. Paragraphs(person), .. details];
        var text =
            $"Hello {person.Name},\n\n{string.Join("\n\n", paragraphs)}\n\n{(link is null ? "" : $"{Button}:\n{link}\n\n")}{string.Join("\n\n", [.. Closing, .. Footer is null ? [] : new[] { Footer }])}\n";
        var html = $"<p>Hello {HtmlLayout.Encode(person.Name)},</p>\n{Html(paragraphs)}"
            + (link is null
                ? ""
                : $"<p><a class=\"button\" href=\"{HtmlLayout.Encode(link.ToString())}\">{HtmlLayout.Encode(Button)}</a></p>\n")
            + Html(Closing);
        return new(mail.Id, mail.CreatedAt, new MailboxAddress(person.Name, mail.Address ?? person.Email!), Subject, text,
            HtmlLayout.Render(Subject, html, Footer));
    }

    /// <summary>What the cohort that a mail is about is called when it is sent.</summary>
    public static Task<string> CohortName(LearningDb db, OutboundMail mail, CancellationToken ct) =>
        db.Cohorts.Where(c => c.Id == mail.CohortId).Select(c => c.Name).SingleAsync(ct);

    private static string Html(IEnumerable<string> paragraphs) => string.Concat(paragraphs.Select(t => $"<p>{HtmlLayout.Encode(t)}</p>\n"));
}

/// <summary>A button of a mail, and the page that it leads to, with a token where that is one's right to be there.</summary>
internal sealed record MailLink(string Button, string Path)
{
    public Uri With(string secret, Settings settings) => settings.LinkTo($"{Path}?token={secret}");
}
