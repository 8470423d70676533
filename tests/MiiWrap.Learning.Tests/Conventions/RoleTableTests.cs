using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using MiiWrap.Learning.Domain.Messaging;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Conventions;

/// <summary>Who may do what: each operation of the served document, asked by each role with a sound request, against one table.</summary>
[Collection(nameof(StatementListenerApp))]
[StandingClock(YearsLater = true)]
public sealed class RoleTableTests(StatementListenerApp app)
{
    // The roles from left to right: nobody; the learner, another learner elsewhere; the cohort's instructor, its lead; a supervisor and an
    // admin of the learner's agency; a supervisor of another agency; a programme admin; a client of the programme with every scope but that
    // of events, and one with that alone. A row says what each is answered, and how to ask: the method is the operation's own. Whoever is
    // let in to change something gets a cast of their own, so no row spoils another.
    internal static readonly Row[] Rows =
    [
        //                        nobody learn other  instr lead  super agadm other admin client events
        new("SignIn",              "200   200   200   200   200   200   200   200   200   200   200",
            c => Ask("/v1/identity/login", new { email = c[Role.Learner].Email, password = Given.Password })),
        new("RefreshSignIn",       "200   200   200   200   200   200   200   200   200   200   200",
            async c => Ask("/v1/identity/refresh", new { refreshToken = await RefreshToken(c) })),
        new("SignOut",             "401   204   204   204   204   204   204   204   204   403   403", _ => Ask("/v1/identity/logout")),

        new("ShowFrontPage",       "200   200   200   200   200   200   200   200   200   200   200", _ => Ask("/")),
        new("AcceptInvitation",    "204   204   204   204   204   204   204   204   204   204   204",
            async c => Ask(
                "/v1/identity/invitations/accept", new { token = await c.MailedToken(MailKind.Invitation), password = NewPassword })),
        new("ShowInvitation",      "200   200   200   200   200   200   200   200   200   200   200",
            _ => Ask("/v1/identity/invitations/accept?token=any")),
        new("ShowPasswordReset",   "200   200   200   200   200   200   200   200   200   200   200",
            _ => Ask("/v1/identity/password/reset?token=any")),
        new("RequestPasswordReset",      "202   202   202   202   202   202   202   202   202   202   202",
            c => Ask("/v1/identity/password/forgot", new { email = c[Role.Learner].Email })),
        new("ResetPassword",       "204   204   204   204   204   204   204   204   204   204   204",
            async c => Ask(
                "/v1/identity/password/reset", new { token = await c.MailedToken(MailKind.PasswordReset), password = NewPassword })),

        new("ConfirmAddress",      "204   204   204   204   204   204   204   204   204   204   204",
            async c => Ask("/v1/identity/address/confirm", new { token = await c.AddressToken(), password = Given.Password })),
        new("ShowAddress",         "200   200   200   200   200   200   200   200   200   200   200",
            _ => Ask("/v1/identity/address/confirm?token=any")),

        new("InvitePerson",        "401   403   403   403   403   403   403   403   201   403   403", _ => Ask("/v1/people", NewLearner)),
        new("ListPeople",          "401   403   403   403   200   403   200   403   200   200   403", _ => Ask("/v1/people")),
        new("GetPerson",           "401   404   404   404   200   404   200   404   200   200   403",
            c => Ask($"/v1/people/{c[Role.Learner].Id}")),
        new("InvitePersonAgain",   "401   404   404   404   204   404   204   404   204   403   403",
            async c => Ask($"/v1/people/{await c.Invited()}/invitations")),
        new("ChangePerson",        "401   404   404   404   403   404   200   404   200   403   403",
            c => Ask($"/v1/people/{c[Role.Learner].Id}", new { name = "Lou Corrected" }, ("If-Match", "*"))),
        new("SuspendPerson",       "401   404   404   404   403   404   200   404   200   403   403",
            c => Ask($"/v1/people/{c[Role.Learner].Id}/suspend", new { reason = "Away until further notice." })),
        new("DismissPerson",       "401   404   404   404   403   404   200   404   200   403   403",
            c => Ask($"/v1/people/{c[Role.Learner].Id}/dismiss", new { reason = "The employment has ended." })),
        new("RestorePerson",       "401   404   404   404   403   404   200   404   200   403   403",
            c => Ask($"/v1/people/{c[Role.Learner].Id}/resume")),
        new("AppointAdmin",        "401   403   403   403   403   403   403   403   204   403   403",
            c => Ask($"/v1/people/{c[Role.Lead].Id}/program-admin")),
        new("RemoveAdmin",         "401   403   403   403   403   403   403   403   204   403   403",
            c => Ask($"/v1/people/{c[Role.Lead].Id}/program-admin")),
        new("ResetSecondFactor",   "401   403   403   403   403   403   403   403   204   403   403",
            async c =>
            {
                await c.LeadsPhone();
                return Ask($"/v1/people/{c[Role.Lead].Id}/second-factor", new { reason = "The phone was lost, and the codes with it." });
            }),
        new("CreateAgency",        "401   403   403   403   403   403   403   403   201   403   403",
            _ => Ask("/v1/agencies", new { name = Given.AgencyName("Hillside") })),
        new("ListAgencies",        "401   200   200   200   200   200   200   200   200   200   403", _ => Ask("/v1/agencies")),
        new("GetAgency",           "401   404   404   404   404   200   200   404   200   200   403",
            c => Ask($"/v1/agencies/{c.AgencyId}")),
        new("RenameAgency",        "401   404   404   404   404   403   200   404   200   403   403",
            c => Ask($"/v1/agencies/{c.AgencyId}", new { name = Given.AgencyName() }, ("If-Match", "*"))),
        new("ListAgencyPeople",    "401   404   404   404   404   403   200   404   200   200   403",
            c => Ask($"/v1/agencies/{c.AgencyId}/people")),
        new("AddAgencyMember",     "401   404   404   404   404   403   403   404   204   403   403",
            c => Ask(c.AgencyPerson, new { role = "agencyAdmin" })),
        new("RemoveAgencyMember",   "401   404   404   404   404   403   403   404   204   403   403", c => Ask(c.AgencyPerson)),

        new("ListMails",           "401   403   403   403   403   403   403   403   200   403   403", _ => Ask("/v1/mails?status=failed")),
        new("ResendMail",          "401   403   403   403   403   403   403   403   204   403   403",
            async c => Ask($"/v1/mails/{await c.FailedMail()}/resend")),

        new("CreateClient",        "401   403   403   403   403   403   403   403   201   403   403",
            _ => Ask("/v1/clients", new { name = "Dashboard", scopes = new[] { "progress:read" } })),
        new("ListClients",         "401   403   403   403   403   403   403   403   200   403   403", _ => Ask("/v1/clients")),
        new("RevokeClient",           "401   403   403   403   403   403   403   403   204   403   403",
            c => Ask($"/v1/clients/{c[Role.Client].Id}")),
        new("RotateSecret",        "401   403   403   403   403   403   403   403   200   403   403",
            c => Ask($"/v1/clients/{c[Role.Client].Id}/rotate", new { overlapHours = 1 })),
        new("IssueClientToken",           "200   200   200   200   200   200   200   200   200   200   200",
            c => Ask("/v1/oauth/token", Form(
                ("grant_type", "client_credentials"), ("client_id", $"{c[Role.Client].Id}"), ("client_secret", c.SecretOf(Role.Client))))),

        new("GetMe",               "401   200   200   200   200   200   200   200   200   403   403", _ => Ask("/v1/me")),
        new("ChangePassword",      "401   204   204   204   204   204   204   204   204   403   403",
            _ => Ask("/v1/me/password", new { current = Given.Password, @new = NewPassword })),
        new("GetSecondFactor",     "401   200   200   200   200   200   200   200   200   403   403", _ => Ask(Authenticator.Path)),
        new("BeginSecondFactor",   "401   403   403   403   200   403   403   403   200   403   403",
            _ => Ask(Authenticator.Path, new { password = Given.Password })),
        new("ConfirmSecondFactor", "401   403   403   403   200   403   403   403   409   403   403",
            async c => Ask($"{Authenticator.Path}/confirm", new { code = (await c.LeadsPendingPhone()).Code })),
        new("RenewRecoveryCodes",  "401   409   409   409   200   409   409   409   409   403   403",
            async c => Ask($"{Authenticator.Path}/recovery-codes", new { code = (await c.LeadsPhone()).Code })),
        new("EndSecondFactor",     "401   409   409   409   204   409   409   409   409   403   403",
            async c => Ask(Authenticator.Path, new { password = Given.Password, code = (await c.LeadsPhone()).Code })),
        new("ListSignIns",         "401   200   200   200   200   200   200   200   200   403   403", _ => Ask("/v1/me/sign-ins")),
        new("EndSignIn",           "401   204   404   404   404   404   404   404   404   403   403",
            async c => Ask($"/v1/me/sign-ins/{await c.SignIn()}")),
        new("ListAuthorizations",  "401   200   200   200   200   200   200   200   200   403   403", _ => Ask("/v1/me/authorizations")),
        new("EndAuthorization",    "401   204   404   404   404   404   404   404   404   403   403",
            async c => Ask($"/v1/me/authorizations/{await c.FrontEnd()}")),
        new("GetNext",             "401   200   200   200   200   200   200   200   200   403   403", _ => Ask("/v1/me/next")),
        new("GetPreferences",     "401   200   200   200   200   200   200   200   200   403   403", _ => Ask("/v1/me/preferences")),
        new("ChangePreferences",   "401   200   200   200   200   200   200   200   200   403   403",
            _ => Ask("/v1/me/preferences", new { timeZone = "America/Denver" }, ("If-Match", "*"))),
        new("GetLeave",            "401   200   200   200   200   200   200   200   200   403   403",
            async c => Ask(await c.OnLeave())),
        new("SetLeave",            "401   200   200   200   200   200   200   200   200   403   403",
            _ => Ask("/v1/me/leave", new { periods = new[] { new { from = "2027-02-08", until = "2027-02-12" } } })),

        new("RenewCalendarFeed",       "401   200   200   200   200   200   200   200   200   403   403", _ => Ask("/v1/me/calendar")),
        new("RevokeCalendarFeed",         "401   204   204   204   204   204   204   204   204   403   403", _ => Ask("/v1/me/calendar")),
        new("GetCalendarFeed",        "200   200   200   200   200   200   200   200   200   200   200",
            async c => Ask(await c.Calendar())),
        new("ListCurricula",       "401   200   200   200   200   200   200   200   200   200   403", _ => Ask("/v1/curricula")),
        new("GetCurriculum",       "401   200   200   200   200   200   200   200   200   200   403",
            _ => Ask($"/v1/curricula/{Given.Course}")),

        new("PrintSyllabus",       "401   200   200   200   200   200   200   200   200   200   403",
            _ => Ask($"/v1/curricula/{Given.Course}/syllabus")),
        new("ExportVersion",       "401   200   200   200   200   200   200   200   200   200   403",
            _ => Ask($"/v1/curricula/{Given.Course}/versions/1/export")),
        new("CompareVersions",     "401   200   200   200   200   200   200   200   200   200   403",
            _ => Ask($"/v1/curricula/{Given.Course}/versions/1/diff/1")),
        new("GetImage",            "401   404   404   404   404   404   404   404   404   404   403",
            _ => Ask($"/v1/curricula/{Given.Course}/versions/1/images/none.png")),
        new("GetMaterial",         "401   200   200   200   200   200   200   200   200   200   403", async c => Ask(await c.Material())),
        new("ListVersions",        "401   200   200   200   200   200   200   200   200   200   403",
            _ => Ask($"/v1/curricula/{Given.Course}/versions")),
        new("PublishVersion",      "401   403   403   403   403   403   403   403   201   403   403", _ => Bundle(SecondCourse.NewSlug())),

        new("ListInstruments",     "401   200   200   200   200   200   200   200   200   200   403", _ => Ask("/v1/fidelity/instruments")),
        new("GetInstrument",       "401   200   200   200   200   200   200   200   200   200   403",
            _ => Ask("/v1/fidelity/instruments/tpo-1")),
        new("ListInstrumentVersions","401   200   200   200   200   200   200   200   200   200   403",
            _ => Ask("/v1/fidelity/instruments/tpo-1/versions")),
        new("ExportInstrument",    "401   200   200   200   200   200   200   200   200   200   403",
            _ => Ask("/v1/fidelity/instruments/tpo-1/versions/1/export")),
        new("CompareInstruments",  "401   200   200   200   200   200   200   200   200   200   403",
            _ => Ask("/v1/fidelity/instruments/tpo-1/versions/1/diff/1")),
        new("PublishInstrument",   "401   403   403   403   403   403   403   403   201   403   403", _ => Instrument(SmallForm.NewCode())),

        // A rater and those who lead where they rate see how alike they rate; it names no learner.
        new("ListRaters",          "401   200   200   200   200   200   200   200   200   403   403",
            async c =>
            {
                await c.AppointedRater();
                return Ask("/v1/fidelity/raters");
            }),
        new("AppointRater",        "401   403   403   403   403   403   403   403   200   403   403",
            c => Ask(c.Rater, RolePeople.TrainedRater)),
        new("MeasureFidelityAgreement","401   404   404   200   200   404   404   404   200   403   403",
            async c =>
            {
                await c.BlindPair();
                return Ask($"/v1/fidelity/agreement?instrument=tpo-1&cohort={c.CohortId}");
            }),
        new("AppointAgencyRater",  "401   404   404   404   404   403   403   404   204   403   403", c => Ask(c.AgencyRater)),
        new("DismissAgencyRater",  "401   404   404   404   404   403   403   404   204   403   403", c => Ask(c.AgencyRater)),
        // A draft is its rater's alone; whoever supervises or administers at the learner's agency sees no score of theirs by name.
        new("BeginFidelityReview", "401   403   404   201   201   403   403   404   403   403   403",
            c => Ask(FidelitySteps.Reviews, FidelitySteps.Begun(c[Role.Learner].Id))),
        new("ListFidelityReviews", "401   200   200   200   200   200   200   200   200   403   403",
            async c =>
            {
                await c.LockedReview();
                return Ask(FidelitySteps.Reviews);
            }),
        new("GetFidelityReview",   "401   200   404   200   200   404   404   404   200   403   403", async c => Ask(await c.LockedReview())),
        new("SaveFidelityReview",  "401   404   404   200   404   404   404   404   404   403   403",
            async c => Ask(await c.ReviewDraft(), FidelitySteps.Rated(), ("If-Match", "*"))),
        new("SubmitFidelityReview","401   404   404   200   404   404   404   404   404   403   403",
            async c => Ask($"{await c.ReviewDraft()}/submit")),
        new("ReplyToFidelityReview","401   201   404   403   403   404   404   404   403   403   403",
            async c => Ask($"{await c.LockedReview()}/reply", new { text = "They had asked for silence then." })),
        new("AmendFidelityReview", "401   403   404   201   403   404   404   404   403   403   403",
            async c => Ask($"{await c.LockedReview()}/amend", new { reason = "Two items were swapped." })),
        new("VoidFidelityReview",  "401   403   404   403   200   404   404   404   200   403   403",
            async c => Ask($"{await c.LockedReview()}/void", new { reason = "Another talk was rated." })),
        new("ListFidelityAccess",  "401   200   404   200   403   404   404   404   403   403   403",
            async c => Ask($"{await c.ReadReview()}/access-log")),

        new("GetFidelityTrend",    "401   200   404   200   200   403   403   404   200   403   403",
            async c =>
            {
                await c.LockedReview();
                return Ask(FidelitySteps.Trend(c[Role.Learner].Id));
            }),

        new("CreateCohort",        "401   403   403   403   403   403   403   403   201   403   403", _ => Ask("/v1/cohorts", NewCohort)),
        new("ListCohorts",         "401   200   200   200   200   200   200   200   200   200   403", _ => Ask("/v1/cohorts")),
        new("GetCohort",           "401   200   404   200   200   200   200   404   200   200   403", c => Ask(c.Cohort)),
        new("ChangeCohort",        "401   403   404   403   200   403   403   404   200   403   403",
            c => Ask(c.Cohort, new { name = "Renamed" })),
        new("EnrolLearners",       "401   403   404   403   200   403   403   404   200   200   403",
            c => Ask($"{c.Cohort}/enrolments", new { learners = new[] { NewLearner } })),
        new("RescheduleCohort",    "401   403   404   403   200   403   403   404   200   403   403",
            c => Ask($"{c.Cohort}/reschedule", new { startsOn = "2027-02-08", dryRun = true })),

        new("FollowMe",            "401   200   200   200   200   200   200   200   200   403   403", _ => Ask("/v1/me/stream")),
        new("ListEnrolments",      "401   200   200   200   200   200   200   200   200   200   403",
            c => Ask($"/v1/enrolments?cohort={c.CohortId}")),

        new("UpgradeCohort",       "401   403   404   403   200   403   403   404   200   403   403",
            c => Ask($"{c.Cohort}/upgrade?dryRun=true", new { version = 1 })),
        new("CloneCohort",         "401   403   404   403   403   403   403   404   201   403   403",
            c => Ask($"{c.Cohort}/clone", new { name = "Next", startsOn = "2027-09-06" })),
        new("CloseCohort",         "401   403   404   403   200   403   403   404   200   403   403", c => Ask($"{c.Cohort}/close")),
        new("ReopenCohort",        "401   403   404   403   200   403   403   404   200   403   403", c => Ask($"{c.Cohort}/reopen")),

        new("WithdrawEnrolments",  "401   403   404   403   200   403   403   404   200   200   403",
            c => Ask($"{c.Cohort}/withdrawals", new { enrolmentIds = new[] { c.EnrolmentId } })),
        new("WithdrawEnrolment",   "401   403   404   403   200   403   403   404   200   200   403", c => Ask($"{c.Enrolment}/withdraw")),
        new("ChangeAgency",        "401   403   404   403   200   403   403   404   200   403   403",
            c => Ask($"{c.Enrolment}/agency", new { agencyId = c.OtherAgencyId })),
        new("MoveEnrolment",       "401   403   404   403   200   403   403   404   200   403   403",
            async c => Ask($"{c.Enrolment}/move", new { cohortId = await c.NextCohort() })),
        new("ListEnrolmentOffers", "401   200   200   200   200   200   200   200   200   403   403", _ => Ask("/v1/me/enrolment-offers")),
        new("AcceptEnrolment",     "401   200   404   404   404   404   404   404   404   403   403",
            c => Ask($"/v1/me/enrolment-offers/{c.EnrolmentId}/accept")),
        new("OpenModule",          "401   403   404   403   200   403   403   404   200   403   403",
            c => Ask($"{c.Enrolment}/modules/{Given.SecondModule}/open", new { reason = "Works ahead" })),

        new("GetJourney",          "401   200   404   200   200   200   200   404   200   200   403", c => Ask(c.Enrolment)),
        new("GetUnit",            "401   200   404   404   404   404   404   404   404   403   403", c => Ask(c.Unit)),
        new("StartUnit",           "401   200   404   404   404   404   404   404   404   403   403", c => Ask($"{c.Unit}/start")),
        new("CompleteUnit",        "401   200   404   404   404   404   404   404   404   403   403",
            c => Ask($"{c.Unit}/complete", Given.IfThen())),

        new("GetReflection",      "401   200   404   404   404   404   404   404   404   403   403", c => Ask(c.Reflection)),
        new("SaveDraft",           "401   200   404   404   404   404   404   404   404   403   403",
            c => Ask($"{c.Reflection}/draft", new { answers = Words }, ("If-None-Match", "*"))),
        new("SubmitReflection",    "401   201   404   404   404   404   404   404   404   403   403",
            async c => Ask($"{c.Reflection}/submissions", new { draftETag = await c.Draft(), privacyConfirmed = true })),
        new("CheckPrivacy",        "401   200   404   404   404   404   404   404   404   403   403",
            c => Ask($"{c.Reflection}/privacy-check", new { answers = new { what = "Her mother wrote from ana@example.org." } })),
        new("SetDeniedWords",           "401   404   404   404   404   403   200   404   200   403   403",
            c => Ask($"/v1/agencies/{c.AgencyId}/denied-words", new { words = new[] { "Hilltop House" } })),
        new("CompareRevisions",    "401   200   404   404   404   404   404   404   404   403   403",
            async c => Ask($"{c.Enrolment}/reflections/{await c.HandedInTwice()}/revisions/2/changes")),
        new("ListReflectionAccess",       "401   200   404   404   404   404   404   404   404   403   403",
            async c => Ask($"{c.Enrolment}/reflections/{await c.HandedInTwice()}/access-log")),
        new("GetThread",          "401   200   404   404   404   404   404   404   404   403   403",
            async c => Ask($"{await c.WrittenTo()}/thread")),
        new("WriteToReviewer",     "401   201   404   404   404   404   404   404   404   403   403",
            async c => Ask($"{await c.HandedIn()}/thread", new { text = "Thank you." })),
        new("HoldReflection",      "401   200   404   404   404   404   404   404   404   403   403",
            async c => Ask($"{await c.HandedIn()}/hold", Why)),
        new("WithdrawReflection",  "401   200   404   404   404   404   404   404   404   403   403",
            async c => Ask($"{await c.HandedIn()}/withdraw")),

        new("ListReviewQueue",     "401   200   200   200   200   200   200   200   200   403   403",
            async c => Ask(await c.Queue())),
        new("GetReview",          "401   404   404   200   200   404   404   404   200   403   403",
            async c => Ask(ReflectionSteps.Review(await c.Revision()))),
        new("CompareForReview",    "401   404   404   200   200   404   404   404   403   403   403",
            async c => Ask($"{ReflectionSteps.Review(await c.SecondRevision())}/changes")),
        new("GetAuthorThread",    "401   404   404   200   403   404   404   404   403   403   403",
            async c =>
            {
                await c.WrittenTo();
                return Ask($"{ReflectionSteps.Review(await c.Review())}/thread");
            }),
        new("WriteToAuthor",       "401   404   404   201   403   404   404   404   403   403   403",
            async c => Ask($"{ReflectionSteps.Review(await c.Review())}/thread", new { text = "Thank you." })),
        new("MeasureAgreement",    "401   200   200   200   200   200   200   200   200   403   403",
            async c => Ask(await c.Agreement())),
        new("HoldRevision",        "401   404   404   200   200   404   404   404   200   403   403",
            async c => Ask($"{ReflectionSteps.Review(await c.Review())}/hold", Why)),
        new("RedactRevision",      "401   404   404   403   201   404   404   404   201   403   403",
            async c => Ask($"{ReflectionSteps.Review(await c.Held())}/redactions", await c.Redaction())),
        new("ReleaseHold",         "401   404   404   403   200   404   404   404   200   403   403",
            async c => Ask($"{ReflectionSteps.Review(await c.Held())}/hold/release")),
        new("BreakTheGlass",       "401   404   404   403   403   404   404   404   200   403   403",
            async c => Ask(
                $"{ReflectionSteps.Review(await c.Revision())}/break-glass", new { reason = "The privacy officer asked.", hours = 1 })),
        new("EndBreakGlass",       "401   404   404   403   403   404   404   404   200   403   403",
            async c => Ask($"{ReflectionSteps.Review(await c.GlassBroken())}/break-glass/end")),
        new("ClaimReview",         "401   404   404   200   200   404   404   404   403   403   403",
            async c => Ask($"{ReflectionSteps.Review(await c.Revision())}/claim")),
        new("ClaimReviews",        "401   200   200   200   200   200   200   200   200   403   403",
            async c => Ask("/v1/reviews/claims", new { revisionIds = new[] { await c.Revision() } })),
        new("HandOverReview",      "401   404   404   403   200   404   404   404   403   403   403",
            async c => Ask($"{ReflectionSteps.Review(await c.Review())}/hand-over",
                new { to = c[Role.Lead].Id, reason = "The reviewer is ill this week." })),
        new("ReleaseReview",       "401   404   404   200   200   404   404   404   403   403   403",
            async c => Ask($"{ReflectionSteps.Review(await c.Review())}/release", new { reason = "The reviewer is ill this week." })),
        new("SaveReview",          "401   404   404   200   409   404   404   404   403   403   403",
            async c => Ask(ReflectionSteps.Review(await c.Review()), ReflectionSteps.Judgement(), ("If-Match", "*"))),
        new("PublishReview",       "401   404   404   200   409   404   404   404   403   403   403",
            async c => Ask($"{ReflectionSteps.Review(await c.Review())}/publish", new { privacyConfirmed = true })),
        new("CloseReviewConversation","401   404   404   200   200   404   404   404   403   403   403",
            async c => Ask($"{ReflectionSteps.Review(await c.Conversation())}/conversation/close", new { privacyConfirmed = true })),
        new("AllowAnotherTry",     "401   404   404   200   200   404   404   404   403   403   403",
            async c => Ask($"{ReflectionSteps.Review(await c.SentBack())}/another-try")),

        new("GetRetention",       "401   404   404   404   404   200   200   404   200   403   403",
            c => Ask($"/v1/agencies/{c.AgencyId}/retention")),
        new("SetRetention",     "401   404   404   404   404   403   200   404   200   403   403",
            c => Ask($"/v1/agencies/{c.AgencyId}/retention", new { months = 24 })),
        new("SetLegalHold",        "401   404   404   404   404   403   200   404   200   403   403",
            c => Ask($"/v1/agencies/{c.AgencyId}/legal-hold", Why)),
        new("LiftLegalHold",       "401   404   404   404   404   403   200   404   200   403   403",
            async c => Ask($"/v1/agencies/{await c.OnLegalHold()}/legal-hold")),
        new("ListRetentionRecords",    "401   404   404   404   404   403   200   404   200   403   403",
            c => Ask($"/v1/agencies/{c.AgencyId}/retention-log")),
        new("ListProgramRetentionRecords","401   403   403   403   403   403   403   403   200   403   403", _ => Ask("/v1/retention-log")),
        new("ListNudges",          "401   200   200   200   200   200   200   200   200   403   403", _ => Ask("/v1/nudges")),
        new("ListCohortNudges",    "401   404   404   200   200   404   404   404   200   403   403", c => Ask($"{c.Cohort}/nudges")),
        new("GetNudgeFigures",     "401   404   404   200   200   404   404   404   200   403   403",
            c => Ask($"{c.Cohort}/nudges/figures")),
        new("AnswerNudge",         "401   200   404   404   404   404   404   404   404   403   403",
            async c => Ask($"/v1/nudges/{await c.Nudge()}/response", new { outcome = "applied" })),
        new("SnoozeNudge",         "401   200   404   404   404   404   404   404   404   403   403",
            async c => Ask($"/v1/nudges/{await c.Nudge()}/snooze", new { days = 3 })),
        new("PreviewNudges",       "401   200   200   200   200   200   200   200   200   403   403",
            _ => Ask("/v1/nudges/preview", Completion)),
        new("ShowOneTap",          "200   200   200   200   200   200   200   200   200   200   200", async c => Ask(await c.OneTapLink())),
        new("AnswerByLink",        "200   200   200   200   200   200   200   200   200   200   200",
            async c => Ask(await c.OneTapLink(), Form(("outcome", "applied")))),
        new("ShowStopMails",       "200   200   200   200   200   200   200   200   200   200   200", c => Ask(c.StopLink())),
        new("StopMails",           "200   200   200   200   200   200   200   200   200   200   200",
            c => Ask(c.StopLink(), Form(("List-Unsubscribe", "One-Click")))),
        new("GetHoldOut",          "401   404   404   200   200   404   404   404   200   403   403", c => Ask($"{c.Cohort}/hold-out")),
        new("SetHoldOut",          "401   403   404   403   200   403   403   404   200   403   403",
            c => Ask($"{c.Cohort}/hold-out", new { standard = 20 })),
        new("GetClosedDays",       "401   404   404   404   404   200   200   404   200   403   403",
            async c => Ask(await c.ClosedDays())),
        new("SetClosedDays",       "401   404   404   404   404   403   200   404   200   403   403",
            c => Ask($"/v1/agencies/{c.AgencyId}/closed-days", new { days = new[] { "2027-02-15" } })),

        new("ListFollowUps",       "401   404   404   200   200   404   404   404   200   403   403", c => Ask($"{c.Cohort}/followups")),
        new("CloseFollowUp",       "401   404   404   200   200   404   404   404   200   403   403",
            async c => Ask($"{c.Cohort}/followups/{await c.FollowUp()}/close", new { outcome = "spoke" })),
        new("ListPatterns",        "401   403   404   403   200   403   403   404   200   403   403", c => Ask($"{c.Cohort}/patterns")),

        new("GetCohortProgress",   "401   404   404   200   200   200   200   404   200   200   403", c => Ask($"{c.Cohort}/progress")),

        new("BeginCoaching",       "401   403   404   403   201   403   403   404   201   403   403",
            c => Ask("/v1/coaching-relationships",
                new { coachId = c[Role.Instructor].Id, coacheeId = c[Role.Learner].Id, cohortId = c.CohortId })),
        new("ListCoaching",        "401   200   200   200   200   200   200   200   200   403   403", _ => Ask("/v1/coaching-relationships")),
        new("GetCoaching",         "401   200   404   200   200   404   404   404   200   403   403", async c => Ask(await c.Coaching())),
        new("GetCoachingMirror",   "401   403   404   200   403   404   404   404   403   403   403",
            async c => Ask($"{await c.Coaching()}/mirror")),
        new("ShareWithCoach",      "401   200   404   403   403   404   404   404   403   403   403",
            async c => Ask(await c.Coaching(), new { shares = new { reflections = true } }, ("If-Match", "*"))),
        new("AgreeToCoaching",     "401   200   404   403   403   404   404   404   403   403   403",
            async c => Ask($"{await c.Coaching()}/agree")),
        new("EndCoaching",         "401   200   404   200   200   404   404   404   200   403   403",
            async c => Ask($"{await c.Coaching()}/end", new { reason = "Somebody else goes on with it." })),
        new("PlanSession",         "401   422   404   201   201   403   403   404   403   403   403",
            c => Ask("/v1/coaching-sessions", c.SessionWithLearner(FlowingClock.Now.AddDays(1)))),
        new("ListSessions",        "401   200   200   200   200   200   200   200   200   403   403", _ => Ask("/v1/coaching-sessions")),
        new("GetSession",          "401   200   404   200   200   404   404   404   200   403   403", async c => Ask(await c.CoachingSession())),
        new("ChangeSession",       "401   403   404   200   403   404   404   404   403   403   403",
            async c => Ask(await c.CoachingSession(), new { minutes = 60 }, ("If-Match", "*"))),
        new("CancelSession",       "401   200   404   200   200   404   404   404   200   403   403",
            async c => Ask($"{await c.CoachingSession()}/cancel", new { reason = "The office is closed then." })),
        new("RecordSession",       "401   403   404   200   403   404   404   404   403   403   403",
            async c => Ask($"{await c.CoachingSession(hasBegun: true)}/record",
                new
                {
                    mode = "live",
                    minutes = 45,
                    participants = new[]
                    {
                        new
                        {
                            personId = c[Role.Learner].Id,
                            attendance = "attended",
                            observation = new { kind = "live", month = $"{FlowingClock.Now:yyyy-MM}" },
                            feedback = true,
                            practice = false,
                        },
                    },
                }, ("If-None-Match", "*"))),
        // What the learner agreed with the instructor; who leads the cohort, or administers the programme, reads no word of it.
        new("AddActionItem",       "401   201   404   201   201   403   403   404   403   403   403", c => Ask("/v1/action-items",
            c.NewStep())),
        new("ListActionItems",     "401   200   200   200   200   200   200   200   200   403   403", _ => Ask("/v1/action-items")),
        new("GetActionItem",       "401   200   404   200   404   404   404   404   404   403   403", async c => Ask(await c.ActionItem())),
        new("ChangeActionItem",    "401   200   404   200   404   404   404   404   404   403   403",
            async c => Ask(await c.ActionItem(), new { sign = "They have had the last word." }, ("If-Match", "*"))),
        new("AgreeToActionItem",   "401   200   404   403   404   404   404   404   404   403   403",
            async c => Ask($"{await c.ActionItem()}/agree",
                new { ifThen = new { cue = "they bring me a problem", action = "I will wait for their idea" } })),
        new("AddActionEvidence",   "401   200   404   200   404   404   404   404   404   403   403",
            async c => Ask($"{await c.AgreedItem()}/evidence", new { level = "applied" })),
        new("CloseActionItem",     "401   403   404   200   404   404   404   404   404   403   403",
            async c => Ask($"{await c.AgreedItem()}/close", new { outcome = "notKept" })),
        new("SaveSessionNotes",    "401   403   404   200   403   404   404   404   403   403   403",
            async c => Ask($"{await c.CoachingSession()}/notes", c.NotesForLearner, ("If-None-Match", "*"))),
        new("ReplyToNotes",        "401   201   404   403   403   404   404   404   403   403   403",
            async c => Ask($"{await c.SessionWithNotes()}/notes/reply", new { text = "I will try the question that we found." })),
        new("HoldSession",         "401   200   404   200   403   404   404   404   200   403   403",
            async c => Ask($"{await c.SessionWithNotes()}/hold", new { reason = "The note names a family." })),
        new("RedactSession",       "401   403   404   403   403   404   404   404   201   403   403",
            async c => Ask($"{await c.HeldSession()}/redactions",
                new { prompt = "note", span = new[] { 0, 2 }, reason = "The name of a family." })),
        new("ReleaseSession",      "401   403   404   403   403   404   404   404   200   403   403",
            async c => Ask($"{await c.HeldSession()}/hold/release")),
        new("OpenSessionNotes",    "401   403   404   403   403   404   404   404   200   403   403",
            async c => Ask($"{await c.SessionWithNotes()}/break-glass", new { reason = "The privacy officer asked.", hours = 1 })),
        new("CloseSessionNotes",   "401   403   404   403   403   404   404   404   200   403   403",
            async c => Ask($"{await c.OpenedSession()}/break-glass")),
        new("ListSessionAccess",   "401   200   404   200   403   404   404   404   403   403   403",
            async c => Ask($"{await c.OpenedSession()}/access-log")),
        new("GetDosage",           "401   200   404   200   200   200   200   404   200   403   403", c => Ask($"{c.Enrolment}/dosage")),
        new("GetCohortDosage",     "401   404   404   200   200   200   200   404   200   403   403", c => Ask($"{c.Cohort}/dosage")),
        new("GetDosageSummary",    "401   404   404   200   200   200   200   404   200   200   403", c => Ask($"{c.Cohort}/dosage/summary")),
        new("GetCohortCoaching",   "401   403   404   403   200   403   403   404   200   403   403", c => Ask($"{c.Cohort}/coaching")),
        new("GetCoachingDesk",     "401   200   200   200   200   200   200   200   200   403   403", _ => Ask("/v1/me/coaching")),

        //                        nobody learn other  instr lead  super agadm other admin client events
        new("GetCredentialDefinitions", "401   200   200   200   200   200   200   200   200   200   403",
            _ => Ask("/v1/credentials/definitions")),
        new("PublishCredential",   "401   403   403   403   403   403   403   403   201   403   403",
            _ => Definition(CredentialSteps.NewCode())),
        new("ExportCredential",    "401   200   200   200   200   200   200   200   200   200   403",
            _ => Ask("/v1/credentials/definitions/practising-coach/versions/1/export")),
        new("IssueCredential",     "401   403   404   403   201   403   403   404   201   403   403",
            async c => Ask("/v1/credentials", await c.NewCredential())),
        new("ListCredentials",     "401   200   200   200   200   200   200   200   200   200   403", _ => Ask("/v1/credentials")),
        new("GetCredential",       "401   200   404   200   200   200   200   404   200   200   403",
            async c => Ask(await c.Credential())),
        new("ShowCredential",      "401   200   404   403   403   403   403   404   403   403   403",
            async c => Ask(await c.Credential(), new { @public = false }, ("If-Match", "*"))),
        new("AcceptCredential",    "401   200   404   403   403   403   403   404   403   403   403",
            async c => Ask($"{await c.Credential()}/accept")),
        new("RenewCredential",     "401   403   404   403   200   403   403   404   200   403   403",
            async c => Ask($"{await c.EndingCredential()}/renew", new { attested = true })),
        new("RevokeCredential",    "401   403   404   403   403   403   403   404   200   403   403",
            async c => Ask($"{await c.Credential()}/revoke", new { reason = "Two of the reviews were of other meetings." })),
        new("GetOwnCredentials",   "401   200   200   200   200   200   200   200   200   403   403", _ => Ask("/v1/me/credentials")),
        new("GetCredentialProgress", "401   200   404   200   200   404   404   404   200   403   403",
            c => Ask($"{c.Enrolment}/credentials/practising-coach")),
        new("ShowCredentialPage",  "200   200   200   200   200   200   200   200   200   200   200",
            async c => Ask(await c.CredentialPage(), null, ("Accept", "application/json"))),

        new("ListEvents",          "401   403   403   403   403   403   403   403   200   403   200", _ => Ask("/v1/events")),
        new("ListWebhooks",        "401   403   403   403   403   403   403   403   200   403   403", _ => Ask("/v1/webhooks")),
        new("RegisterWebhook",     "401   403   403   403   403   403   403   403   201   403   403", _ => Ask("/v1/webhooks", NewWebhook)),
        new("GetWebhook",          "401   403   403   403   403   403   403   403   200   403   403", async c => Ask(await c.Webhook())),
        new("RotateWebhook",       "401   403   403   403   403   403   403   403   200   403   403",
            async c => Ask($"{await c.Webhook()}/rotate")),
        new("DeleteWebhook",       "401   403   403   403   403   403   403   403   204   403   403", async c => Ask(await c.Webhook())),
        new("ListDeliveries",      "401   403   403   403   403   403   403   403   200   403   403",
            async c => Ask($"{await c.Webhook()}/deliveries")),
        new("Redeliver",           "401   403   403   403   403   403   403   403   200   403   403",
            async c => Ask($"{await c.Delivery()}/redeliver")),
        new("ListProblemCodes",    "200   200   200   200   200   200   200   200   200   200   200", _ => Ask("/problems")),
        new("GetProblemCode",      "200   200   200   200   200   200   200   200   200   200   200", _ => Ask("/problems/unit.locked")),
        new("ListChanges",         "200   200   200   200   200   200   200   200   200   200   200", _ => Ask("/v1/changes")),
        new("GetBadge",            "200   200   200   200   200   200   200   200   200   200   200",
            async c => Ask($"{await c.CredentialPage()}/badge.jwt")),
        new("GetBadgeIssuer",      "200   200   200   200   200   200   200   200   200   200   200", _ => Ask("/v1/badges/issuer")),
        new("GetBadgeAchievement", "200   200   200   200   200   200   200   200   200   200   200",
            _ => Ask("/v1/badges/achievements/practising-coach/1")),
        new("GetBadgeKey",         "200   200   200   200   200   200   200   200   200   200   200",
            async c => Ask((await c.App.BadgeAt(await c.CredentialPage())).KeyPath)),
        new("GetBadgeKeySet",      "200   200   200   200   200   200   200   200   200   200   200",
            async c =>
            {
                await c.AcceptedCredential();
                return Ask("/.well-known/jwks.json");
            }),
        new("GetStatusList",       "200   200   200   200   200   200   200   200   200   200   200",
            async c =>
            {
                await c.AcceptedCredential();
                return Ask("/v1/badges/status/1");
            }),

        new("GetCohortTransfer",   "401   404   404   200   200   200   200   404   200   200   403", c => Ask($"{c.Cohort}/transfer")),
        new("GetAgencyFidelity",   "401   404   404   404   404   200   200   404   200   403   403",
            c => Ask($"/v1/agencies/{c.AgencyId}/fidelity?instrument={FidelitySteps.Form}")),
        new("GetAgencyTransfer",   "401   404   404   404   404   200   200   404   200   200   403",
            c => Ask($"/v1/agencies/{c.AgencyId}/transfer")),
        new("GetIndicators",      "401   200   200   200   200   200   200   200   200   200   403", _ => Ask("/v1/indicators")),
        new("ListIndicatorMonths", "401   404   404   404   404   200   200   404   200   200   403",
            async c => Ask(await c.RecordedMonth())),
        new("RecordIndicators",    "401   404   404   404   404   403   200   404   200   200   403",
            c => Ask(c.Indicators, RolePeople.Counted)),
        new("SetCoachingStart",    "401   404   404   404   404   403   200   404   200   403   403",
            c => Ask($"/v1/agencies/{c.AgencyId}/coaching-start", new { month = "2027-01", reason = "The first sessions were not recorded." })),
        new("SetFacilitatorsPerCoach", "401   404   404   404   404   403   200   404   200   403   403",
            c => Ask($"/v1/agencies/{c.AgencyId}/facilitators-per-coach", new { value = 6 })),
        new("GetProgramImplementation", "401   403   403   403   403   403   403   403   200   200   403",
            _ => Ask("/v1/implementation")),
        new("GetImplementation",   "401   404   404   404   404   200   200   404   200   200   403",
            c => Ask($"/v1/agencies/{c.AgencyId}/implementation")),
        new("GetEnrolmentTransfer","401   200   404   200   200   200   200   404   200   403   403", c => Ask($"{c.Enrolment}/transfer")),
        new("VerifyTransfer",      "401   403   404   201   201   403   403   404   201   403   403",
            async c => Ask($"{await c.Completed()}/verifications", new { result = "verified" })),
        new("ExemptUnit",          "401   403   404   200   200   403   403   404   200   403   403",
            async c => Ask($"{await c.Completed()}/exemption", new { reason = "notMyRole" })),
        new("LiftExemption",       "401   403   404   204   204   403   403   404   204   403   403",
            async c => Ask($"{await c.Completed()}/exemption")),
    ];

    private static Request Definition(string code) => Ask(CredentialSteps.Versions(code), SmallForm.Body(CredentialSteps.Attested(code)));

    private static Request Instrument(string code) => Ask($"/v1/fidelity/instruments/{code}/versions", SmallForm.Body(SmallForm.Of(code)));

    private static Request Bundle(string slug) => Ask($"/v1/curricula/{slug}/versions", SecondCourse.Bundle(SecondCourse.Of(slug)));
    internal const string NewPassword = "three quiet herons";

    private static object Words => new { what = ReflectionSteps.Words };

    private static object Why => new { reason = "The second answer names a family." };

    private static object NewWebhook => new { url = "https://hooks.example.org/learning", events = new[] { "unit.completed" } };

    private static object NewCohort =>
        new { name = "New", curriculum = Given.Course, startsOn = "2027-02-01", timeZone = Given.Zone, gate = "open",
        instructors = Array.Empty<Guid>() };

    private static object NewLearner => new { email = Given.Address(), name = "New Learner", timeZone = Given.Zone };

    private static object Completion =>
        new { curriculum = Given.Course, unit = RolePeople.AnchorUnit, completedAt = "2027-02-01T15:00:00Z", timeZone = Given.Zone };

    private static async Task<string> RefreshToken(RolePeople cast) =>
        (string)(await Session.Anonymous(cast.App)
            .Post("/v1/identity/login", new { email = cast[Role.Learner].Email, password = Given.Password })).Ok()["refreshToken"]!;

    [Fact]
    public async Task Every_operation_answers_every_role_as_the_table_says() => Faults.None(await app.Walked);

    /// <summary>Asks every operation as everybody; what was answered otherwise than the table says.</summary>
    internal static async Task<IReadOnlyList<string>> Walk(LearningApp app)
    {
        FlowingClock.Set(FlowingClock.LaterMonday);
        var document = (await Session.Anonymous(app).Read("/openapi/v1.json")).Ok();
        var operations = Operations(document.Json).ToDictionary(o => o.Id);
        Assert.True(operations.Count > 20, $"The document has only {operations.Count} operations: this looked at the wrong one.");
        Assert.Equal(Rows.Length, Rows.DistinctBy(r => r.Operation).Count());
        Assert.True(Rows.All(r => r.Statuses.Length == Roles.Length),
            $"Each row needs {Roles.Length} statuses, one for each of {string.Join(", ", Roles)}.");

        var faults = operations.Keys.Except(Rows.Select(r => r.Operation)).Select(id => $"{id} has no row.")
            .Concat(Rows.Select(r => r.Operation).Except(operations.Keys).Select(id => $"{id} has a row and no route.")).ToList();
        var shared = await RolePeople.Of(app);
        var asked = 0;
        foreach (var row in Rows.Where(r => operations.ContainsKey(r.Operation)))
        {
            var operation = operations[row.Operation];
            foreach (var role in Roles)
            {
                var expected = row.Statuses[(int)role];
                var changes = operation.Method != HttpMethod.Get && expected < 300;
                var cast = changes ? await RolePeople.Of(app) : shared;
                var request = await row.Request(cast);
                Assert.Matches(operation.Path, request.Path.Split('?')[0]);
                var answer = await cast.As(role).Call(operation.Method, request.Path, request.Body, request.Headers);
                asked++;
                if ((int)answer.Status != expected)
                    faults.Add($"{row.Operation} as {role}: {expected} in the table, answered {(int)answer.Status} {answer.Body}");
                if (!operation.Statuses.Contains((int)answer.Status))
                    faults.Add($"{row.Operation} answered {(int)answer.Status}, which the document does not declare.");
                if (expected == 201) await Follow(row.Operation, answer, cast.As(role), faults);
            }
        }

        if (asked != operations.Count * Roles.Length) faults.Add($"{asked} questions were asked, not {operations.Count * Roles.Length}.");
        return faults;
    }

    /// <summary>Whoever has made something finds it, or what it is part of, where the answer says.</summary>
    private static async Task Follow(string operation, Answer answer, HttpClient maker, List<string> faults)
    {
        if (answer.Headers.GetValueOrDefault("Location") is not { } location) faults.Add($"{operation} answered 201 without Location.");
        else if (await maker.Read(location) is { Status: not System.Net.HttpStatusCode.OK } read)
            faults.Add($"{operation} has made {location}, which answers {(int)read.Status} {read.Body}");
    }

    [Fact]
    public async Task Every_single_resource_has_a_tag_and_is_sent_again_only_when_it_has_changed()
    {
        var document = (await Session.Anonymous(app).Read("/openapi/v1.json")).Ok().Json;
        var cast = await RolePeople.Of(app);
        var (faults, asked) = (new List<string>(), 0);
        foreach (var operation in Operations(document).Where(o => o.Method == HttpMethod.Get && IsSingle(document, o)))
        {
            var row = Rows.Single(r => r.Operation == operation.Id);
            if (Array.IndexOf(row.Statuses, 200) is var role && role < 0) continue;
            asked++;
            var (http, request) = (cast.As(Roles[role]), await row.Request(cast));
            var first = (await http.Read(request.Path)).Ok();
            // Weak where the answer names the moment at which it was made, and for no other reason.
            if (first.ETag is not { } tag || tag.StartsWith("W/", StringComparison.Ordinal)
                != first.Body.Contains("\"asOf\":", StringComparison.Ordinal))
            {
                faults.Add($"{operation.Id} has no strong tag.");
                continue;
            }

            FlowingClock.Advance(TimeSpan.FromSeconds(1));

            if (!operation.Statuses.Contains(304)) faults.Add($"{operation.Id} does not declare 304.");
            var again = await http.Read(request.Path, ("If-None-Match", tag));
            if ((int)again.Status != 304 || again.Body.Length > 0 || again.ETag != tag)
                faults.Add($"{operation.Id} answers {(int)again.Status} to its own tag.");
            if ((await http.Read(request.Path, ("If-None-Match", "\"another\""))).Status != System.Net.HttpStatusCode.OK)
                faults.Add($"{operation.Id} takes another tag for its own.");
        }

        Faults.None(faults);
        Assert.True(asked >= 18, $"Only {asked} resources were asked for.");
    }

    [Fact]
    public async Task Whatever_is_shown_otherwise_once_everybody_has_another_name_has_another_tag()
    {
        var document = (await Session.Anonymous(app).Read("/openapi/v1.json")).Ok().Json;
        var cast = await RolePeople.Of(app);
        var admin = await app.Admin();
        var read = new List<(string Operation, HttpClient Http, string Path, Answer Before)>();
        foreach (var operation in Operations(document).Where(o => o.Method == HttpMethod.Get && IsSingle(document, o)))
        {
            var row = Rows.Single(r => r.Operation == operation.Id);
            if (Array.IndexOf(row.Statuses, 200) is var role && role < 0) continue;
            var (http, request) = (cast.As(Roles[role]), await row.Request(cast));
            read.Add((operation.Id, http, request.Path, (await http.Read(request.Path)).Ok()));
        }

        // What a later row did may be shown as well: what is compared is read once all is there.
        for (var i = 0; i < read.Count; i++) read[i] = read[i] with { Before = (await read[i].Http.Read(read[i].Path)).Ok() };
        foreach (var role in Roles.Where(r => r is > Role.Anonymous and < Role.Client))
            (await admin.Http.Patch($"/v1/people/{cast[role].Id}", new { name = $"Renamed {role}" }, ("If-Match", "*"))).Ok();
        var (faults, changed) = (new List<string>(), 0);
        foreach (var (operation, http, path, before) in read)
        {
            var after = (await http.Read(path)).Ok();
            if (after.Body == before.Body) continue;
            changed++;
            if (after.ETag == before.ETag) faults.Add($"{operation} has changed and has the same tag.");
        }

        Faults.None(faults);
        Assert.True(changed >= 8, $"Only {changed} resources show a name.");
    }

    /// <summary>Lists have items and a next page; what is read without a sign-in is a page for people.</summary>
    private static bool IsSingle(JsonNode document, Operation operation)
    {
        var (path, json) = document["paths"]!.AsObject().SelectMany(p => p.Value!.AsObject().Select(o => (p.Key, Json: o.Value!)))
            .Single(o => (string?)o.Json["operationId"] == operation.Id);
        if (!path.StartsWith("/v1/", StringComparison.Ordinal) || json["security"]!.AsArray().Count == 0) return false;
        var name = ((string?)json["responses"]!["200"]?["content"]?["application/json"]?["schema"]?["$ref"])?.Split('/')[^1];
        return name is null || document["components"]!["schemas"]![name]!["properties"] is not JsonObject fields
            || !(fields.ContainsKey("items") && fields.ContainsKey("next"));
    }

    private static readonly Role[] Roles = Enum.GetValues<Role>();

    internal static IEnumerable<Operation> Operations(JsonNode document) =>
        from path in document["paths"]!.AsObject()
        from operation in path.Value!.AsObject()
        where operation.Key is "get" or "post" or "put" or "patch" or "delete"
        select new Operation(
            (string)operation.Value!["operationId"]!,
            HttpMethod.Parse(operation.Key),
            new Regex($"^{Regex.Replace(path.Key, @"\{\w+\}", "[^/]+", RegexOptions.None, TimeSpan.FromSeconds(1))}/?$", RegexOptions.None,
                TimeSpan.FromSeconds(1)),
            [.. operation.Value["responses"]!.AsObject().Select(r => int.Parse(r.Key, CultureInfo.InvariantCulture))]);

    private static Request Ask(string path, object? body = null, params (string Name, string Value)[] headers) => new(path, body, headers);

    private static FormUrlEncodedContent Form(params (string Name, string Value)[] fields) =>
        new(fields.Select(f => KeyValuePair.Create(f.Name, f.Value)));

    internal sealed record Operation(string Id, HttpMethod Method, Regex Path, HashSet<int> Statuses);

    /// <summary>What is asked; the method is the operation's own.</summary>
    internal sealed record Request(string Path, object? Body, (string Name, string Value)[] Headers);

    internal sealed class Row(string operation, string statuses, Func<RolePeople, Task<Request>> request)
    {
        public Row(string operation, string statuses, Func<RolePeople, Request> request)
            : this(operation, statuses, cast => Task.FromResult(request(cast)))
        {
        }

        public string Operation { get; } = operation;

        public int[] Statuses { get; } = [.. statuses.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(s => int.Parse(s, CultureInfo.InvariantCulture))];

        public Func<RolePeople, Task<Request>> Request { get; } = request;
    }
}
