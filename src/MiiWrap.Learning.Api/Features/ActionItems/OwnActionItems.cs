using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Coaching;

namespace MiiWrap.Learning.Api.Features.ActionItems;

internal static class OwnActionItems
{
    /// <summary>An item that the caller may read, with its evidence.</summary>
    public static async Task<ActionItem> LoadSeen(
        this IQueryable<ActionItem> items, Guid id, Caller caller, LearningDb db, CancellationToken ct) =>
        await items.Include(i => i.Evidence).SeenBy(caller, db).SingleOrDefaultAsync(i => i.Id == id, ct)
        ?? throw new NotFoundException("action");

    /// <summary>
    /// Refuses whoever has left the cohort for which the item was meant. Whoever withdraws them meanwhile changes the enrolment too: the
    /// later of the two runs again.
    /// </summary>
    public static async Task MustLearnThere(this LearningDb db, ActionItem item, CancellationToken ct)
    {
        var enrolment = await db.Enrolments.SingleAsync(e => e.Id == item.EnrolmentId, ct);
        enrolment.MustBeActive();
        db.Touch(enrolment);
    }

    /// <summary>
    /// Before what they have agreed is counted: of two who add to it at once, the later counts again. Their plans meet on the same row.
    /// </summary>
    public static async Task MeetOn(this LearningDb db, Guid personId, CancellationToken ct) =>
        db.Touch(await db.Users.SingleAsync(p => p.Id == personId, ct));

    /// <summary>What somebody has agreed with one coach, or with none, and not finished.</summary>
    public static IQueryable<ActionItem> AgreedWith(this IQueryable<ActionItem> items, Guid ownerId, Guid? coachId) =>
        items.Where(i => i.OwnerId == ownerId && i.State == ActionState.Agreed && i.CoachId == coachId);
}
