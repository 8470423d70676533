using MiiWrap.Learning.Domain.Coaching;
using MiiWrap.Learning.Domain.Credentials;

namespace MiiWrap.Learning.Domain.Tests.Credentials;

/// <summary>What counts for each kind of requirement, and on which days.</summary>
public sealed class RequirementTests
{
    private static readonly DateOnly Today = new(2027, 9, 15);
    private static readonly EvidencePeriod Ever = new(null, Today);

    [Fact]
    public void Contacts_count_in_the_fullest_run_of_weeks_and_two_on_one_day_once()
    {
        var contacts = new[] { 0, 1, 50, 50, 100, 168, 169 }.Select(d => Item($"c{d}", new DateOnly(2027, 1, 4).AddDays(d))).ToList();
        var result = new ObservedContacts(4, 24).Judge(new() { Contacts = contacts }, Ever);
        // Days 1, 50, 100 and 168 lie within 168 days, as do 0, 1, 50 and 100; the newest run is told.
        Assert.Equal((4, 4, true), (result.Have, result.Need, result.Met));
        Assert.Equal(["c50", "c100", "c168", "c169"], result.Items.Select(i => i.Href));
        Assert.Equal(3, new ObservedContacts(4, 10).Judge(new() { Contacts = contacts }, Ever).Have);
    }

    [Fact]
    public void Contacts_of_another_term_do_not_count()
    {
        var contacts = new[] { 0, 30, 60, 90 }.Select(d => Item($"c{d}", new DateOnly(2027, 3, 1).AddDays(d))).ToList();
        Assert.Equal(2, new ObservedContacts(4, 24).Judge(new() { Contacts = contacts }, new(new(2027, 4, 30), Today)).Have);
    }

    [Theory]
    [InlineData("80", true)]
    [InlineData("2240/28", true)]
    [InlineData("2239/28", false)]
    public void A_score_counts_from_its_line_on_exactly(string value, bool counts) =>
        Assert.Equal(counts, Fidelity(Review(value)).Met);

    [Fact]
    public void A_review_counts_by_a_calibrated_rater_of_the_right_event_with_no_critical_zero_and_new_enough()
    {
        var sound = Review("90");
        Assert.True(Fidelity(sound).Met);
        Assert.False(Fidelity(sound with { RaterCalibrated = false }).Met);
        Assert.False(Fidelity(sound with { Event = ObservationKind.Simulated }).Met);
        Assert.False(Fidelity(sound with { Flags = [FidelityReached.CriticalZero] }).Met);
        Assert.False(Fidelity(sound with { Instrument = "cso-1" }).Met);
        Assert.True(Fidelity(sound with { Month = new(2027, 3, 1) }).Met);
        Assert.False(Fidelity(sound with { Month = new(2027, 2, 1) }).Met);
    }

    [Fact]
    public void Of_a_renewal_a_review_counts_that_was_seen_and_locked_in_its_term()
    {
        var term = new EvidencePeriod(new(2027, 8, 20), Today);
        Assert.True(Reached.Judge(new() { Reviews = [Review("90", month: 8, on: 20)] }, term).Met);
        Assert.False(Reached.Judge(new() { Reviews = [Review("90", month: 8, on: 19)] }, term).Met);
        Assert.False(Reached.Judge(new() { Reviews = [Review("90", month: 7, on: 25)] }, term).Met);
    }

    [Fact]
    public void Units_and_reflections_are_all_of_the_version_and_anchors_alone_where_it_says_so()
    {
        var record = new LearnerRecord
        {
            Units =
            [
                new(IsAnchor: true, Item("u1", Today), Item("r1", Today)), new(IsAnchor: false, Item("u2", Today), null),
                new(IsAnchor: true, null, null),
            ],
        };
        Assert.Equal((2, 3, false), Counted(new UnitsComplete().Judge(record, Ever)));
        Assert.Equal((1, 2, false), Counted(new ReflectionsAccepted(ReflectionScope.Anchors).Judge(record, Ever)));
        Assert.Equal((1, 3, false), Counted(new ReflectionsAccepted(ReflectionScope.All).Judge(record, Ever)));
    }

    [Fact]
    public void An_admins_word_is_good_for_a_leads_and_not_the_other_way_round()
    {
        LearnerRecord By(AttestedBy by) => new() { Attestations = [new(by, Item("a", Today))] };
        Assert.True(new Attestation(AttestedBy.Lead, "W").Judge(By(AttestedBy.ProgramAdmin), Ever).Met);
        Assert.False(new Attestation(AttestedBy.ProgramAdmin, "W").Judge(By(AttestedBy.Lead), Ever).Met);
    }

    private static FidelityReached Reached =>
        new("tpo-1", "total", 80, Reviews: 1, WithinMonths: 6, [ObservationKind.Live, ObservationKind.Recorded]);

    private static RequirementResult Fidelity(StandingReview review) => Reached.Judge(new() { Reviews = [review] }, Ever);

    private static StandingReview Review(string value, int month = 9, int on = 1) => new(
        "tpo-1", ObservationKind.Live, new(2027, month, 1), RaterCalibrated: true,
        [new("total", "0", "0", value.Contains('/', StringComparison.Ordinal) ? value : $"{value}/1", null, 28, null, null, null)], [],
        Item("r", new(2027, month, on)));

    private static (int Have, int Need, bool Met) Counted(RequirementResult result) => (result.Have, result.Need, result.Met);

    private static EvidenceItem Item(string href, DateOnly on) => new(href, on);
}
