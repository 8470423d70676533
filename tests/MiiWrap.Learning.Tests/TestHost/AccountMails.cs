using System.Web;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Features.Mails;

namespace MiiWrap.Learning.Tests.TestHost;

/// <summary>
/// Tests that sweep the mails of accounts run one after the other: a sweep sends what is due for everybody, and a mail that another test's
/// sweep has just claimed would be missing for a moment.
/// </summary>
[CollectionDefinition(Name)]
public sealed class AccountMails
{
    public const string Name = "Account mails";
}

public static class AccountMailExtensions
{
    /// <summary>Sends what waits, and gives the one mail that this address has got.</summary>
    public static async Task<Mail> AccountMailTo(this LearningApp app, string address)
    {
        await app.Send(new SendMails());
        return Assert.Single(app.MailsTo(address));
    }

    /// <summary>Nobody opens the invitations of a thousand made-up learners, and a sweep sends what waits for everybody.</summary>
    public static Task ForgetInvitations(this LearningApp app, TestCohort cohort) => app.InDb(db => db.OutboundMails
        .Where(m => db.Enrolments.Any(e => e.PersonId == m.PersonId && e.CohortId == cohort.Id))
        .ExecuteDeleteAsync(TestContext.Current.CancellationToken));

    /// <summary>The token of a mail's one link.</summary>
    public static string Token(this Mail mail) => HttpUtility.ParseQueryString(Assert.Single(mail.Links).Query)["token"]!;
}
