using FluentValidation;
using MediatR;
using MiiWrap.Learning.Api.Content;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Curricula;
using MiiWrap.Learning.Domain.Nudges;

namespace MiiWrap.Learning.Api.Features.Nudges;

/// <summary>The exact plan of nudges that completing a unit at a given moment would make; nothing is stored.</summary>
/// <param name="Curriculum" example="miiwrap-coaching-cohort">A curriculum's slug; its newest version counts.</param>
/// <param name="Unit" example="1.4-coaching-agreement">A unit of it.</param>
/// <param name="CompletedAt" example="2027-03-12T21:30:00Z">The moment of completion; past ones too.</param>
/// <param name="TimeZone" example="America/Chicago">The learner's IANA zone.</param>
/// <param name="QuietHours">The learner's own quiet hours; office hours when not given.</param>
/// <param name="PlannedFor" example="2027-03-18">The day of the learner's if-then plan.</param>
public sealed record PreviewNudges(
    string Curriculum, string Unit, DateTimeOffset? CompletedAt, string TimeZone, PreviewQuietHours? QuietHours, DateOnly? PlannedFor)
    : IQuery<NudgePreview>;

/// <summary>Local times in which nothing is sent.</summary>
/// <param name="Start" example="16:00">HH:mm.</param>
/// <param name="End" example="09:30">HH:mm.</param>
/// <param name="Days">Days that are quiet all day.</param>
public sealed record PreviewQuietHours(string Start, string End, IReadOnlyList<DayOfWeek>? Days);

/// <summary>The plan.</summary>
/// <param name="Nudges">What would be planned, in order.</param>
public sealed record NudgePreview(IReadOnlyList<PreviewedNudge> Nudges);

/// <summary>One ask of the plan, with the reason when it is not due at its plain offset.</summary>
/// <param name="Reason">Why it is not due on the day of the plan; null where it is.</param>
public sealed record PreviewedNudge(int Step, NudgeKind Kind, DateTime DueAt, string? Reason);

internal sealed class PreviewNudgesValidator : AbstractValidator<PreviewNudges>
{
    public PreviewNudgesValidator()
    {
        RuleFor(x => x.Curriculum).NotEmpty();
        RuleFor(x => x.Unit).NotEmpty();
        RuleFor(x => x.CompletedAt).NotNull().MustBeNearMoment();
        RuleFor(x => x.TimeZone).NotEmpty().MustBeZone();
        When(x => x.QuietHours is not null, () =>
        {
            RuleFor(x => x.QuietHours!.Start).MustBeTimeOfDay();
            RuleFor(x => x.QuietHours!.End).MustBeTimeOfDay();
        });
    }
}

internal sealed class PreviewNudgesHandler(LearningDb db, CurriculumLibrary library) : IRequestHandler<PreviewNudges, NudgePreview>
{
    public async Task<NudgePreview> Handle(PreviewNudges request, CancellationToken cancellationToken)
    {
        var curriculum = await library.Find(db, request.Curriculum, null, cancellationToken) ?? throw new NotFoundException("curriculum");
        var unit = curriculum.Unit(request.Unit) ?? throw new NotFoundException("unit");
        var quiet = request.QuietHours is { } q ? InputRules.ToQuietHours(q.Start, q.End, q.Days) : null;
        var (completedAt, zone, window) =
            (request.CompletedAt!.Value.UtcDateTime, Zones.Find(request.TimeZone), SendingWindow.Default.With(quiet));
        if (window.NextOpen(completedAt, zone) is null)
            throw new RuleException("window.neverOpens", "These quiet hours leave no moment in which anything is sent.", RuleKind.Invalid);
        var planned = NudgePlanner.Plan(unit.Plan, completedAt, zone, request.PlannedFor, window);
        return new([.. planned.Where(p => !p.Superseded).Select(p => new PreviewedNudge(p.Step, p.Kind, p.DueAt, p.Reason))]);
    }
}
