using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Data.Entities;
using MiiWrap.Learning.Domain.Messaging;

namespace MiiWrap.Learning.Api.Mail;

/// <summary>
/// Chooses who of a cohort's staff hears of something. Who has no access counts as not there; where nobody is left, some programme admins
/// hear that the cohort has nobody, who can appoint somebody or give access back.
/// </summary>
internal sealed class StaffNotices(LearningDb db, ILogger<StaffNotices> log)
{
    /// <summary>So many admins hear of one cohort, those of longest standing.</summary>
    public const int MostAdmins = 5;

    /// <summary>For so long an admin hears of the same cohort once.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromDays(7);

    public static readonly MailTemplate Missing = new(MailKind.StaffMissing, "Somebody waits in a cohort without staff")
    {
        Paragraphs = _ => [],
        Details = async (db, mail, _, ct) =>
        [
            $"In the cohort {await MailTemplate.CohortName(db, mail, ct)} somebody waits for a talk or for feedback, and nobody who would see to it has access: those who teach and lead it are suspended or gone, or there are none.",
            "Give one of them access again, or appoint somebody else; whoever comes finds what waits.",
        ],
        Page = new("Open the program", "/"),
        Footer = $"You get this as a programme admin. At most {MostAdmins} of you do, once a week for each cohort.",
        KeepsHours = true,
    };

    /// <summary>
    /// Those of these people who have access. Whose row is damaged is left out: a notice to them would stop what causes it.
    /// </summary>
    /// <remarks>Tracked, so that access which ends or comes back in this very save counts already.</remarks>
    public async Task<List<Person>> WithAccess(IEnumerable<Guid> ids, CancellationToken ct) =>
        (await Present(ids, ct)).FindAll(p => p.Status == PersonStatus.Active);

    /// <summary>Those of these people who have access or will have it again: mails to who is suspended wait for them.</summary>
    public async Task<List<Person>> Present(IEnumerable<Guid> ids, CancellationToken ct)
    {
        var people = await RowFault.LoadReadableAsync(
            [.. ids.Distinct()], some => db.Users.Where(p => some.Contains(p.Id)).ToListAsync(ct), (id, e) =>
            {
                log.LeavesOut("member of a cohort's staff")(id, e);
                return Task.CompletedTask;
            });
        return people.FindAll(p => p is { Status: not PersonStatus.Left, IsStandIn: false });
    }

    /// <summary>Some programme admins, for what nobody else can see to.</summary>
    public Task<List<Person>> Admins(CancellationToken ct) =>
        db.Users.Where(p => p.IsProgramAdmin && p.Status == PersonStatus.Active).LoadReadablePageAsync(
            p => p.Id, Oldest, admins => admins.ToListAsync(ct), log.LeavesOut("programme admin"), ct);

    // By the columns of the index that holds admins alone: by the id alone SQLite would go through all people.
    private static IQueryable<Person> Oldest(IQueryable<Person> admins) =>
        admins.OrderBy(p => p.IsProgramAdmin).ThenBy(p => p.Id).Take(MostAdmins);

    /// <summary>Owes those admins a mail that somebody waits in this cohort.</summary>
    public async Task QueueMissing(Guid cohortId, DateTime at, CancellationToken ct)
    {
        var since = at - Pause;
        var told = await db.OutboundMails
            .Where(m => m.Kind == MailKind.StaffMissing && m.CohortId == cohortId && m.CreatedAt > since).Select(m => m.PersonId)
            .ToHashSetAsync(ct);
        told.UnionWith(db.OutboundMails.Local.Where(m => m.Kind == MailKind.StaffMissing && m.CohortId == cohortId)
            .Select(m => m.PersonId));
        db.AddRange((await Admins(ct)).Where(p => !told.Contains(p.Id))
            .Select(p => OutboundMail.To(p.Id, MailKind.StaffMissing, at, cohortId: cohortId)));
    }
}
