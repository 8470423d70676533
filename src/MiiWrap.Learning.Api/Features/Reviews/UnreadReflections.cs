using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Mail;
using MiiWrap.Learning.Domain.Messaging;

namespace MiiWrap.Learning.Api.Features.Reviews;

/// <summary>Owes mails that there are learners in a cohort whose reflections nobody may read.</summary>
internal sealed class UnreadReflections(LearningDb db, StaffNotices staff)
{
    /// <summary>To those who lead it and have access; to some programme admins where there is no such lead. It goes at once.</summary>
    public async Task QueueNotices(Guid cohortId, IEnumerable<Guid> leads, DateTime at, CancellationToken ct)
    {
        var receivers = await staff.WithAccess(leads, ct);
        if (receivers.Count == 0) receivers = await staff.Admins(ct);
        // One request may make it so in two ways.
        var told = db.OutboundMails.Local.Where(m => m.Kind == MailKind.NobodyMayRead && m.CohortId == cohortId && m.CreatedAt == at)
            .Select(m => m.PersonId).ToHashSet();
        db.AddRange(receivers.Where(p => !told.Contains(p.Id))
            .Select(p => OutboundMail.To(p.Id, MailKind.NobodyMayRead, at, cohortId: cohortId)));
    }
}
