using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Curricula;
using MiiWrap.Learning.Domain.Enrolments;
using static MiiWrap.Learning.Domain.Tests.Given;

namespace MiiWrap.Learning.Domain.Tests.Enrolments;

/// <summary>Starting, completing and withdrawing: the tally is always that of the units.</summary>
public sealed class EnrolmentTests
{
    [Fact]
    public void Completing_starts_counts_and_tells()
    {
        var enrolment = Enrolment();
        var progress = enrolment.Complete(AnchorUnit, IfThen, Monday);

        Assert.Equal((UnitState.Completed, Monday, Monday, IfThen),
            (progress.State, progress.StartedAt, progress.CompletedAt!.Value, progress.IfThen));
        Assert.Equal((1, 20, Monday), (enrolment.UnitsCompleted, enrolment.Percent, enrolment.LastActivityAt));
        var events = enrolment.TakeEvents();
        Assert.Equal([typeof(EnrolmentCreated), typeof(UnitStarted), typeof(UnitCompleted)], events.Select(e => e.GetType()));
        var told = (UnitCompleted)events[2];
        Assert.Equal((AnchorUnit.Slug, Monday), (told.Unit.Slug, told.At));
        Assert.Empty(enrolment.TakeEvents());
    }

    [Fact]
    public void Completing_twice_is_the_same_answer_and_tells_nothing_new()
    {
        var enrolment = Enrolment();
        var first = enrolment.Complete(AnchorUnit, IfThen, Monday);
        enrolment.TakeEvents();
        // Not even without the plan that the unit asks for.
        var second = enrolment.Complete(AnchorUnit, null, Monday.AddDays(1));

        Assert.Same(first, second);
        Assert.Equal((Monday, IfThen), (second.CompletedAt!.Value, second.IfThen));
        Assert.Equal((1, Monday), (enrolment.UnitsCompleted, enrolment.LastActivityAt));
        Assert.Empty(enrolment.TakeEvents());
    }

    [Fact]
    public void Starting_twice_keeps_the_first_moment()
    {
        var enrolment = Enrolment();
        Assert.Equal(UnitState.Open, enrolment.StateOf(AnchorUnit.Slug));
        var first = enrolment.Start(AnchorUnit, Monday);
        Assert.Same(first, enrolment.Start(AnchorUnit, Monday.AddDays(1)));

        Assert.Equal((UnitState.Started, Monday), (enrolment.StateOf(AnchorUnit.Slug), first.StartedAt));
        Assert.Equal((0, 0), (enrolment.UnitsCompleted, enrolment.Percent));
    }

    [Fact]
    public void Anchor_and_standard_units_need_an_if_then_plan()
    {
        foreach (var unit in new[] { AnchorUnit, StandardUnit })
        {
            var enrolment = Enrolment();
            var error = Assert.Throws<RuleException>(() => enrolment.Complete(unit, null, Monday));
            Assert.Equal(("unit.ifThen.required", RuleKind.Invalid), (error.Code, error.Kind));
            Assert.Equal((0, 0), (enrolment.UnitsCompleted, enrolment.Units.Count));
        }

        Assert.Null(Enrolment().Complete(LightUnit, null, Monday).IfThen);
    }

    [Fact]
    public void A_withdrawn_enrolment_takes_no_more_work_and_keeps_what_was_done()
    {
        var enrolment = Enrolment();
        var done = enrolment.Complete(AnchorUnit, IfThen, Monday);
        enrolment.TakeEvents();
        enrolment.Withdraw(Monday.AddDays(1));
        enrolment.Withdraw(Monday.AddDays(2));

        Assert.Equal((EnrolmentStatus.Withdrawn, Monday.AddDays(1)), (enrolment.Status, enrolment.EndedAt!.Value));
        Assert.IsType<EnrolmentWithdrawn>(Assert.Single(enrolment.TakeEvents()));
        Assert.Same(done, enrolment.Complete(AnchorUnit, IfThen, Monday.AddDays(3)));
        foreach (var act in new Action[] { () => enrolment.Start(LightUnit, Monday), () => enrolment.Complete(LightUnit, null, Monday) })
        {
            var error = Assert.Throws<RuleException>(act);
            Assert.Equal(("enrolment.withdrawn", RuleKind.Conflict), (error.Code, error.Kind));
        }

        Assert.Equal((1, 1), (enrolment.UnitsCompleted, enrolment.Units.Count));
    }

    [Fact]
    public void Whatever_is_done_in_whatever_order_the_tally_is_a_recount_and_never_more_than_all()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            var enrolment = Enrolment();
            var units = Course.Units.ToArray();
            var told = 0;
            for (var act = 0; act < 30; act++)
            {
                var unit = units[random.Next(units.Length)];
                if (random.Next(3) == 0) enrolment.Start(unit, Monday.AddHours(act));
                else enrolment.Complete(unit, IfThen, Monday.AddHours(act));

                told += enrolment.TakeEvents().OfType<UnitCompleted>().Count();
                var recount = enrolment.Units.Count(u => u.State == UnitState.Completed);
                Assert.True(enrolment.UnitsCompleted == recount
                    && told == recount, $"seed {seed}: {enrolment.UnitsCompleted} stored, {recount} counted, {told} told");
                Assert.InRange(enrolment.Percent, 0, 100);
                Assert.Equal(recount == units.Length, enrolment.Percent == 100);
                Assert.Equal(recount == units.Length ? EnrolmentStatus.Completed : EnrolmentStatus.Active, enrolment.Status);
            }
        }
    }

    [Fact]
    public void The_percentage_is_rounded_down_so_that_a_hundred_means_all()
    {
        var units = Enumerable.Range(1, 300).Select(i => LightUnit with { Slug = $"u{i}" }).ToList();
        var course = new Curriculum("long", 1, "", "", "", null, [new("one", "One", 1, 1, units)]);
        var enrolment = Domain.Enrolments.Enrolment.Create(Cohort(), course, Guid.NewGuid(), "Lou", null, Monday);
        foreach (var unit in units.Take(299)) enrolment.Complete(unit, null, Monday);

        Assert.Equal(99, enrolment.Percent);
        enrolment.Complete(units[299], null, Monday);
        Assert.Equal((100, EnrolmentStatus.Completed), (enrolment.Percent, enrolment.Status));
    }

    [Fact]
    public void Resuming_goes_on_where_it_ended_and_what_is_active_is_not_resumed()
    {
        var enrolment = Enrolment();
        enrolment.Complete(AnchorUnit, IfThen, Monday);
        enrolment.Resume(Monday);
        Assert.Null(enrolment.ResumedAt);
        enrolment.Withdraw(Monday.AddDays(1));
        enrolment.TakeEvents();
        enrolment.Resume(Monday.AddDays(2));
        Assert.Equal((EnrolmentStatus.Active, null, 1), (enrolment.Status, enrolment.EndedAt, enrolment.UnitsCompleted));
        Assert.IsType<EnrolmentResumed>(Assert.Single(enrolment.TakeEvents()));
        enrolment.Complete(LightUnit, null, Monday.AddDays(3));
    }

    [Fact]
    public void Another_agency_is_told_and_the_same_one_is_not()
    {
        var enrolment = Enrolment();
        enrolment.TakeEvents();
        var agency = Guid.NewGuid();
        enrolment.ChangeAgency(agency, Monday);
        enrolment.ChangeAgency(agency, Monday);
        Assert.IsType<EnrolmentChanged>(Assert.Single(enrolment.TakeEvents()));
        Assert.Equal(agency, enrolment.AgencyId);
    }

    [Fact]
    public void Another_count_of_units_reopens_who_was_done_and_completes_who_is()
    {
        var enrolment = Enrolment();
        foreach (var unit in Course.Units) enrolment.Complete(unit, IfThen, Monday);
        enrolment.TakeEvents();
        enrolment.Recount(new(5, 2, 6), Monday.AddDays(1));
        Assert.Equal((EnrolmentStatus.Active, null, 83, 2), (enrolment.Status, enrolment.EndedAt, enrolment.Percent,
            enrolment.ReflectionsAccepted));
        Assert.Empty(enrolment.TakeEvents());
        enrolment.Recount(new(4, 2, 4), Monday.AddDays(2));
        Assert.Equal((EnrolmentStatus.Completed, Monday.AddDays(2), 100), (enrolment.Status, enrolment.EndedAt!.Value, enrolment.Percent));
        Assert.IsType<EnrolmentCompleted>(Assert.Single(enrolment.TakeEvents()));
        // Who has left stays so.
        var gone = Enrolment();
        gone.Withdraw(Monday);
        gone.Recount(new(4, 0, 4), Monday.AddDays(2));
        Assert.Equal(EnrolmentStatus.Withdrawn, gone.Status);
    }

    [Fact]
    public void Who_goes_to_another_cohort_stays_on_their_side_and_in_newer_calendars()
    {
        var (from, to, back) = (Cohort(), Cohort(), Guid.NewGuid());
        var enrolment = Domain.Enrolments.Enrolment.Create(from, Course, Guid.NewGuid(), "Lou Learner", null, Monday);
        from.Reschedule(from.StartsOn.AddDays(7), Monday);
        from.Reschedule(from.StartsOn.AddDays(7), Monday);
        enrolment.MoveTo(from, to, back, Monday.AddDays(1));
        Assert.Equal((to.Id, from.Id, Monday.AddDays(1)), (enrolment.CohortId, enrolment.DrawnIn, enrolment.MovedAt!.Value));
        Assert.Equal(3, enrolment.MovesBefore + to.Moves);
        enrolment.MoveTo(to, from, back, Monday.AddDays(2));
        Assert.Equal((from.Id, from.Id, 4), (enrolment.CohortId, enrolment.DrawnIn, enrolment.MovesBefore + from.Moves));
    }

    [Fact]
    public void Nobody_moves_who_has_left_or_into_a_closed_cohort()
    {
        var (from, to) = (Cohort(), Cohort());
        var gone = Domain.Enrolments.Enrolment.Create(from, Course, Guid.NewGuid(), "Lou Learner", null, Monday);
        gone.Withdraw(Monday);
        Assert.Equal("enrolment.withdrawn", Assert.Throws<RuleException>(() => gone.MoveTo(from, to, Guid.NewGuid(), Monday)).Code);
        to.Close(Monday);
        var enrolment = Domain.Enrolments.Enrolment.Create(from, Course, Guid.NewGuid(), "Lou Learner", null, Monday);
        Assert.Equal("cohort.closed", Assert.Throws<RuleException>(() => enrolment.MoveTo(from, to, Guid.NewGuid(), Monday)).Code);
    }
}
