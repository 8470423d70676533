using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using MiiWrap.Learning.Api.Data.Entities;
using MiiWrap.Learning.Domain.Cohorts;
using MiiWrap.Learning.Domain.Enrolments;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Features.Cohorts;

/// <summary>Everything that was of a stand-in is the person's once they accept; nothing is lost, and nothing is there twice.</summary>
[StandingClock(YearsLater = true)]
public sealed class AcceptEnrolmentTests(LearningApp app)
{
    /// <summary>Columns that hold no stand-in, or that keep them for good.</summary>
    private static readonly HashSet<string> Kept =
    [
        // The row in the agency's list, and what it was sent: its address and its invitations are nothing of the person's.
        "StandIn.PersonId", "StandIn.StandsFor", "PersonWord.PersonId", "AccountToken.PersonId", "OutboundMail.PersonId",
        // Copied: whoever had the offer sent to the person may be the person.
        "GivenAddress.PersonId",
        // Who has signed in, which nobody does as a stand-in.
        "IdentityUserClaim.UserId", "IdentityUserLogin.UserId", "IdentityUserToken.UserId", "ExternalLogin.PersonId",
        "SecondFactor.PersonId", "SecondFactor.ResetBy", "SignInSession.PersonId", "CalendarFeed.PersonId",
        // Who has done something, as nobody does who cannot sign in.
        "ApiClient.CreatedBy", "GivenAddress.GivenBy", "TransferRelease.ReaderId", "ActionEvidence.RecordedBy", "ActionItem.ClosedBy",
        "CoachingRelationship.CreatedBy", "CoachingRelationship.EndedBy", "SessionRecordVersion.RecordedBy", "Enrolment.EnrolledBy",
        "ModuleOpening.OpenedBy", "AgencyRater.AppointedBy", "RaterAppointment.AppointedBy", "FidelityReading.PersonId",
        "FidelityReview.VoidedBy", "FollowUp.ClosedBy", "RecordedMonth.RecordedById", "OutboundMail.InvitedBy", "Webhook.OwnerId",
        "AccessLogEntry.PersonId", "BreakGlass.PersonId", "LearnerMove.PersonId", "NoteAccess.PersonId", "Redaction.PersonId",
        "ReflectionMessage.PersonId", "RetentionRecord.PersonId",
        // Who has a part, which no stand-in gets.
        "AgencyMember.PersonId", "CohortMember.PersonId", "ReaderAppointment.PersonId", "AgencyRater.PersonId", "RaterAppointment.PersonId",
        "RaterCalibration.PersonId", "InterRaterPair.FirstRaterId", "InterRaterPair.SecondRaterId", "FidelityReview.RaterId",
        "ActionItem.CoachId", "CoachingRelationship.CoachId", "CoachingSession.CoachId", "Review.ReviewerId",
        // To a stand-in nothing is issued, and a page's token is nobody's id.
        "Credential.PersonId", "Credential.EnrolmentId", "Credential.OfferedBy", "Credential.RevokedBy", "CredentialPeriod.CredentialId",
        "CredentialPeriod.BadgeId", "CredentialPeriod.SubjectId",
        // What a learner does: nobody learns as a stand-in, nobody answers, and what is agreed with one is proposed and no more.
        "UnitProgress.EnrolmentId", "Reflection.EnrolmentId", "Reflection.PersonId", "Reflection.LeadsToldOf",
        "TransferOpportunity.EnrolmentId", "TransferOpportunity.PersonId", "Nudge.EnrolmentId", "Nudge.PersonId", "NudgeMessage.PersonId",
        "NoteAccess.EnrolmentId",
        // Goes with what was offered where the person learns already, and is the person's where they do not.
        "LearnerMove.EnrolmentId",
        // No ids of people or enrolments.
        "SignInSession.ClientId", "CoachingSession.SeriesId", "SessionParticipant.Debriefs", "Observation.ReviewId",
        "Enrolment.FirstCohortId", "FollowUp.CohortId", "OutboundMail.CohortId", "OutboundMail.SessionId",
        "OutboundMail.CredentialId", "Nudge.CohortId",
        "Nudge.MessageId", "Redaction.ParticipantId", "Redaction.RevisionId", "Reflection.CohortId", "Reflection.LatestRevisionId",
        "TransferOpportunity.AgencyId", "TransferOpportunity.CohortId",
    ];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>
    /// Of each column of the schema in which a person or an enrolment may stand: a new one is filled here, or named above with a reason.
    /// </summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task No_row_is_left_with_a_stand_in_that_is_the_persons(bool learnsAlready)
    {
        var (cohort, agency) = (await app.Cohort("sequential"), await app.Agency());
        await app.Learner(cohort, agencyId: agency);
        var known = await app.Person("Kim Known");
        if (learnsAlready)
            (await cohort.Lead.Http.Post($"{cohort.Path}/enrolments",
                new { learners = new[] { new { email = known.Email, name = known.Name, timeZone = Given.Zone } } })).Ok();
        var (offered, standIn) = await app.Offer(cohort, agency, known.Email);
        await WorkWith(cohort, offered, standIn);
        var held = await ColumnsWith(standIn, offered);
        Assert.Equal([], (await Columns()).Except(held).Except(Kept));

        (await known.Http.Accept(offered)).Ok();
        Assert.Equal([], (learnsAlready ? await ColumnsWith(standIn, offered) : await ColumnsWith(standIn)).Except(Kept));
    }

    [Fact]
    public async Task An_open_follow_up_goes_to_the_learners_own_enrolment()
    {
        var (cohort, agency) = (await app.Cohort(), await app.Agency());
        await app.Learner(cohort, agencyId: agency);
        var learner = await app.Learner(cohort, "Kim Known");
        var (offered, standIn) = await app.Offer(cohort, agency, learner.Email);
        await MissTwo(cohort, standIn);
        var before = Assert.Single(await FollowUps(cohort))!;
        (await learner.Http.Accept(offered)).Ok();
        var moved = Assert.Single(await FollowUps(cohort))!;
        Assert.Equal(((Guid)before["id"]!, learner.EnrolmentId, learner.Id, learner.Name),
            ((Guid)moved["id"]!, (Guid)moved["enrolmentId"]!, (Guid)moved["learner"]!["id"]!, (string)moved["learner"]!["name"]!));
    }

    [Fact]
    public async Task Of_two_open_follow_ups_one_stays_with_what_both_were_opened_for()
    {
        var (cohort, agency) = (await app.Cohort(), await app.Agency());
        await app.Learner(cohort, agencyId: agency);
        var learner = await app.Learner(cohort, "Kim Known");
        var (offered, standIn) = await app.Offer(cohort, agency, learner.Email);
        await MissTwo(cohort, standIn);
        var due = (string)Assert.Single(await FollowUps(cohort))!["dueOn"]!;
        FlowingClock.Advance(TimeSpan.FromDays(7));
        var item = (await learner.Http.Post("/v1/action-items", CoachingSteps.Step(learner.EnrolmentId))).Expect(HttpStatusCode.Created)
            .Headers["Location"];
        for (var i = 0; i < 2; i++) (await learner.Http.Post($"{item}/evidence", new { level = "notYet" })).Ok();
        await MissTwo(cohort, learner.Id);
        var own = (await FollowUps(cohort)).Single(f => (Guid)f!["learner"]!["id"]! == learner.Id)!;
        (await learner.Http.Accept(offered)).Ok();
        var left = Assert.Single(await FollowUps(cohort))!;
        Assert.Equal(((Guid)own["id"]!, due), ((Guid)left["id"]!, (string)left["dueOn"]!));
        Assert.Equal(["missedSessions", "twiceNotYet"], left["triggers"]!.AsArray().Select(t => (string)t!["reason"]!).Order());
    }

    [Fact]
    public async Task What_the_coaches_of_a_stand_in_see_to_is_hidden_from_who_supervises_the_person_and_not_theirs_to_close()
    {
        var (cohort, agency) = (await app.Cohort(), await app.Agency());
        await app.Learner(cohort, agencyId: agency);
        var (lead, boss) = (cohort.Lead, await app.Member(agency, AgencyRole.Supervisor));
        (await lead.Http.Patch(cohort.Path, new { instructors = new[] { cohort.Instructor.Id, boss.Id } })).Ok();
        var (offered, standIn) = await app.Offer(cohort, agency, lead.Email);
        await MissTwo(cohort, standIn);
        Assert.Empty(await FollowUps(cohort, boss));
        (await lead.Http.Accept(offered)).Ok();
        var seen = Assert.Single(await FollowUps(cohort))!;
        Assert.Equal(lead.Id, (Guid)seen["learner"]!["id"]!);
        Assert.Empty(await FollowUps(cohort, boss));
        (await lead.Http.Post($"{cohort.Path}/followups/{(Guid)seen["id"]!}/close", new { outcome = "spoke" }))
            .Expect(HttpStatusCode.Forbidden, "followUp.own");
    }

    /// <summary>All that those who teach a cohort can do with somebody of whom they do not know that they are nobody.</summary>
    private async Task WorkWith(TestCohort cohort, Guid offered, Guid standIn)
    {
        var (lead, instructor, coach) = (cohort.Lead.Http, cohort.Instructor.Http, await app.Person("Cora Coach"));
        (await lead.Post($"/v1/enrolments/{offered}/modules/{Given.SecondModule}/open", new { reason = "Works ahead of them" })).Ok();
        var relation = (await cohort.LetCoach(coach.Id, standIn)).Expect(HttpStatusCode.Created).Headers["Location"];
        (await lead.Post($"{relation}/end", new { reason = "Somebody else goes on with them." })).Ok();
        (await cohort.LetCoach(coach.Id, standIn)).Expect(HttpStatusCode.Created);
        (await coach.Http.Plan(FlowingClock.Now.AddDays(9), standIn)).Expect(HttpStatusCode.Created);
        (await instructor.Post("/v1/action-items", CoachingSteps.Step(offered, standIn))).Expect(HttpStatusCode.Created);
        await MissTwo(cohort, standIn);
        var followUp = (Guid)Assert.Single(await FollowUps(cohort))!["id"]!;
        (await instructor.Post($"{cohort.Path}/followups/{followUp}/close", new { outcome = "spoke", note = "We found an hour." })).Ok();
        await MissTwo(cohort, standIn);
        var review = await instructor.LockReview(standIn);
        (await lead.Read(review)).Ok();
        (await lead.Read(FidelitySteps.Trend(standIn))).Ok();
    }

    private static async Task MissTwo(TestCohort cohort, Guid personId)
    {
        for (var i = 0; i < 2; i++)
        {
            await cohort.Instructor.Http.Log(CoachingSteps.Part(personId, "noShow"));
            FlowingClock.Advance(TimeSpan.FromHours(3));
        }
    }

    private static async Task<JsonArray> FollowUps(TestCohort cohort, TestPerson? reader = null) =>
        (await (reader ?? cohort.Instructor).Http.Read($"{cohort.Path}/followups")).Ok()["items"]!.AsArray();

    private Task<List<string>> Columns() => app.InDb(db => Task.FromResult(ColumnsOf(db.Model).Select(c => c.Name).ToList()));

    /// <summary>The columns in which one of these ids stands.</summary>
    private Task<List<string>> ColumnsWith(params Guid[] ids) => app.InDb(async db =>
    {
        var found = new List<string>();
        foreach (var (name, table, column) in ColumnsOf(db.Model))
        {
            foreach (var id in ids)
            {
                var rows = await db.Database.SqlQuery<int>(FormattableStringFactory.Create(
                    $"SELECT COUNT(*) AS \"Value\" FROM \"{table}\" WHERE \"{column}\" = {{0}}", id)).SingleAsync(Ct);
                if (rows > 0) found.Add(name);
            }
        }

        return found;
    });

    /// <summary>Where a person's or an enrolment's id may stand: what refers to such a row, or to none that the schema knows.</summary>
    private static IEnumerable<(string Name, string Table, string Column)> ColumnsOf(IModel model) =>
        from entity in model.GetEntityTypes()
        let table = StoreObjectIdentifier.Create(entity, StoreObjectType.Table)
        where table is not null && !entity.IsMappedToJson()
        from property in entity.GetProperties()
        where property.Name != "Id" && (Nullable.GetUnderlyingType(property.ClrType) ?? property.ClrType) == typeof(Guid)
        let referred = property.GetContainingForeignKeys().Select(k => k.PrincipalEntityType.ClrType).ToList()
        where referred.Count == 0 || referred.Contains(typeof(Person)) || referred.Contains(typeof(Enrolment))
        select ($"{entity.ShortName()}.{property.Name}", table.Value.Name, property.GetColumnName(table.Value)!);
}
