using MiiWrap.Learning.Api.Content;
using MiiWrap.Learning.Domain.Curricula;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Content;

/// <summary>The course for facilitators mirrors the one for coaches, and repeats nothing of it.</summary>
public sealed class FacilitatorCourseTests
{
    private static readonly Dictionary<string, Curriculum> Courses =
        CurriculumParser.Read(ContentFiles.FromFolder(ContentCopy.Original)).Sound().Curricula
            .ToDictionary(c => c.Slug, c => c.Curriculum, StringComparer.Ordinal);

    private static Curriculum Facilitators => Courses[Given.FacilitatorCourse];

    [Fact]
    public void Each_unit_has_its_one_mirror_in_the_course_for_coaches()
    {
        Assert.All(Facilitators.Units, u => Assert.NotNull(Courses[Given.Course].Unit(Assert.Single(u.Mirrors).Unit)));
        Assert.Equal(
            [
                "1.1 light 1.3", "1.2 standard 2.2", "1.3 anchor 4.2", "2.1 light 7.3", "2.2 standard 3.3", "2.3 anchor 2.4",
                "3.1 standard 7.1", "3.2 standard 3.2", "3.3 anchor 5.4", "4.1 light 5.3", "4.2 standard 4.3", "4.3 anchor 7.2",
            ],
            Facilitators.Units.Select(u => $"{u.Slug[..3]} {u.Plan.Kind.ToString().ToLowerInvariant()} {u.Mirrors[0].Unit[..3]}"));
    }

    [Fact]
    public void What_learners_are_asked_has_words_of_its_own_in_each_unit_of_both_courses()
    {
        var asked = Courses.Values.SelectMany(c => c.Units).SelectMany(u => (IEnumerable<string>)
            [
                u.Title, u.Practice, u.Check, u.Starter!.Cue, u.Starter.Action, .. u.Outcomes, .. u.NudgeTexts.Values,
                .. u.Assignment.Prompts.Select(p => p.Text),
            ]);
        Assert.Empty(asked.CountBy(text => text, StringComparer.OrdinalIgnoreCase).Where(t => t.Value > 1).Select(t => t.Key));
    }

    [Fact]
    public void Check_ins_of_anchor_units_are_written_for_facilitators_from_the_second_step_on()
    {
        // The plan's own words send coaches to their lead coach.
        Assert.All(Facilitators.Units.Where(u => u.IsAnchor),
            u => Assert.Equal([2, 3, 4, 5, 6], u.Plan.Steps.Select(s => s.Step).Where(u.NudgeTexts.ContainsKey).Except([1])));
    }
}
