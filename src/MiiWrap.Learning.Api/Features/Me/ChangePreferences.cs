using System.Text.Json.Serialization;
using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Http;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Nudges;

namespace MiiWrap.Learning.Api.Features.Me;

/// <summary>The caller changes zone, quiet hours or channels; what is not sent stays. Planned check-ins move with it.</summary>
/// <param name="TimeZone" example="America/Chicago">An IANA zone name.</param>
/// <param name="QuietHours">They can only make the programme's sending hours smaller, and must leave some of them.</param>
/// <param name="Channels">
/// How check-ins come: inApp always; leave email out to get none by mail; webhook lets programs that follow the events bring them to you,
/// with the link that answers them.
/// </param>
/// <param name="FeedbackByMail">False to get no mail when feedback waits.</param>
public sealed record ChangePreferences(
    string? TimeZone, QuietTimes? QuietHours, IReadOnlyList<NudgeChannel>? Channels, bool? FeedbackByMail)
    : ICommand<TaggedPreferences>
{
    [JsonIgnore]
    public Precondition Precondition { get; init; }
}

internal sealed class ChangePreferencesValidator : AbstractValidator<ChangePreferences>
{
    public ChangePreferencesValidator()
    {
        RuleFor(x => x.TimeZone).MustBeZone().When(x => x.TimeZone is not null);
        RuleFor(x => x.Channels).Must(c => c is null || c.Contains(NudgeChannel.InApp)).WithMessage("The channel inApp is always there.");
        When(x => x.QuietHours is not null, () =>
        {
            RuleFor(x => x.QuietHours!.Start).MustBeTimeOfDay();
            RuleFor(x => x.QuietHours!.End).MustBeTimeOfDay();
            RuleFor(x => x.QuietHours).Must(LeavesTime!).WithMessage("These quiet hours leave no time in which a check-in could be sent.");
        });
    }

    private static bool LeavesTime(QuietTimes quiet) =>
        !InputRules.TryTime(quiet.Start, out _) || !InputRules.TryTime(quiet.End, out _)
        || SendingWindow.Default.With(InputRules.ToQuietHours(quiet.Start, quiet.End, quiet.Days)).EverOpens;
}

internal sealed class ChangePreferencesHandler(LearningDb db, Caller caller, IMediator mediator, TimeProvider clock)
    : IRequestHandler<ChangePreferences, TaggedPreferences>
{
    public async Task<TaggedPreferences> Handle(ChangePreferences request, CancellationToken cancellationToken)
    {
        var person = await db.Users.SingleAsync(p => p.Id == caller.PersonId, cancellationToken);
        request.Precondition.Check("preferences.stale", Preferences.ETagOf(person));

        var byMailBefore = person.NudgesByMail;
        if (request.TimeZone is { } zone) person.TimeZone = Zones.Current(zone)!;
        if (request.FeedbackByMail is { } byMail) person.FeedbackByMail = byMail;
        if (request.QuietHours is { } quiet) person.Quiet = InputRules.ToQuietHours(quiet.Start, quiet.End, quiet.Days);
        if (request.Channels is { } channels)
            (person.NudgesByMail, person.NudgesByWebhook) =
                (channels.Contains(NudgeChannel.Email), channels.Contains(NudgeChannel.Webhook));
        var why = request.TimeZone is not null || request.QuietHours is not null ? "the learner changed zone or quiet hours"
            // What shows in the app alone has no caps, and leaves nothing out for want of room.
            : person.NudgesByMail != byMailBefore ? "the learner changed how check-ins come" : null;
        if (why is not null)
            await mediator
                .Publish(new DomainEventNotification<CalendarChanged>(new([person.Id], why, clock.UtcNow())), cancellationToken);

        await db.SaveChangesAsync(cancellationToken);
        return new(Preferences.Of(person), Preferences.ETagOf(person));
    }
}
