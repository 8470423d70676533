using MiiWrap.Learning.Domain.Coaching;
using MiiWrap.Learning.Domain.Common;

namespace MiiWrap.Learning.Domain.Tests.Coaching;

/// <summary>Who coaches whom, and with what the coachee chooses to share.</summary>
public sealed class CoachingRelationshipTests
{
    private static readonly DateTime Monday = new(2027, 3, 8, 16, 0, 0, DateTimeKind.Utc);
    private static readonly (Guid Coach, Guid Coachee, Guid Lead) People = (Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid());

    [Fact]
    public void Nobody_coaches_or_names_themselves()
    {
        Refused("coaching.self", () => CoachingRelationship.Begin(People.Coach, People.Coach, null, null, null, false, People.Lead, Monday));
        Refused("coaching.self", () => CoachingRelationship.Begin(People.Coach, People.Coachee, null, null, null, false, People.Coach, Monday));
    }

    [Fact]
    public void What_is_shared_is_the_coachees_choice_and_ends_with_it()
    {
        var relationship = Begun(isSupervised: false);
        Assert.Equal((RelationshipState.Active, Shares.AtFirst), (relationship.StateOf(false), relationship.Shares));
        relationship.Share(new(false, true, true), isSupervised: false);
        relationship.End("She moves to another county.", People.Coachee, Monday);
        Assert.Equal((RelationshipState.Ended, Shares.Nothing), (relationship.StateOf(false), relationship.Shares));
        Refused("coaching.ended", () => relationship.Share(Shares.AtFirst, isSupervised: false));
        Refused("coaching.ended", () => relationship.End("Once more, with feeling.", People.Coach, Monday));
    }

    [Fact]
    public void Who_supervises_coaches_with_consent_and_sees_nothing_shared()
    {
        var relationship = Begun(isSupervised: true);
        Assert.Equal((RelationshipState.Proposed, Shares.Nothing), (relationship.StateOf(true), relationship.Shares));
        relationship.Agree(isSupervised: true, Monday.AddDays(1));
        relationship.Agree(isSupervised: true, Monday.AddDays(2));
        Assert.Equal((RelationshipState.Active, Monday.AddDays(1)), (relationship.StateOf(true), relationship.BeganAt));
        Refused("coaching.shares.supervisor", () => relationship.Share(Shares.AtFirst, isSupervised: true));
        relationship.Share(Shares.Nothing, isSupervised: true);
    }

    private static CoachingRelationship Begun(bool isSupervised) =>
        CoachingRelationship.Begin(People.Coach, People.Coachee, Guid.NewGuid(), null, null, isSupervised, People.Lead, Monday);

    private static void Refused(string code, Action act) => Assert.Equal(code, Assert.Throws<RuleException>(act).Code);
}
