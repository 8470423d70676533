using System.Net;
using System.Text.RegularExpressions;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Conventions;

/// <summary>
/// What a front end that others host may do in a person's name, operation by operation: what its scopes open and its person's roles allow,
/// and nothing of what an account hangs on.
/// </summary>
[Collection(nameof(StatementListenerApp))]
[StandingClock(YearsLater = true)]
public sealed partial class FrontEndScopeTests(StatementListenerApp app)
{
    private const string Callback = "https://front.example.org/callback";

    // Each operation that asks who somebody is, under the scopes that open it; what stands under none is closed to front ends.
    private static readonly (string Scopes, string Operations)[] Table =
    [
        ("learning teaching program",
            "ChangePreferences CompareInstruments CompareVersions EndCoaching ExportCredential ExportInstrument ExportVersion FollowMe GetCoaching "
            + "GetCohort GetCredential GetCurriculum GetDosage GetImage GetInstrument GetLeave GetMaterial GetMe GetNext GetPreferences ListAgencies "
            + "ListCoaching ListCohorts GetCredentialDefinitions ListCredentials ListCurricula ListEnrolments GetIndicators ListInstruments ListInstrumentVersions ListVersions PrintSyllabus "
            + "SetLeave"),
        ("learning teaching",
            "AddActionEvidence AddActionItem AgreeToActionItem AmendFidelityReview BeginFidelityReview CancelSession ChangeActionItem CloseActionItem GetActionItem GetCredentialProgress "
            + "GetEnrolmentTransfer GetFidelityReview GetFidelityTrend GetJourney GetSession HoldSession ListActionItems ListFidelityAccess "
            + "ListFidelityReviews ListSessionAccess ListSessions ReplyToFidelityReview SaveFidelityReview SubmitFidelityReview"),
        ("teaching program",
            "BeginCoaching GetCohortDosage GetDosageSummary GetImplementation IssueCredential ListRaters MeasureFidelityAgreement RenewCredential"),
        ("learning",
            "AcceptCredential AcceptEnrolment AgreeToCoaching AnswerNudge CheckPrivacy CompareRevisions CompleteUnit GetOwnCredentials GetReflection GetThread GetUnit "
            + "HoldReflection ListEnrolmentOffers ListNudges ListReflectionAccess PreviewNudges ReplyToNotes SaveDraft ShareWithCoach ShowCredential SnoozeNudge StartUnit "
            + "SubmitReflection WithdrawReflection WriteToReviewer"),
        ("teaching",
            "AllowAnotherTry ChangeSession ClaimReview ClaimReviews CloseFollowUp CloseReviewConversation CompareForReview ExemptUnit "
            + "GetAgencyFidelity GetAgencyTransfer GetAuthorThread GetCoachingDesk GetCoachingMirror GetCohortCoaching GetCohortProgress GetCohortTransfer GetNudgeFigures GetReview HandOverReview "
            + "HoldRevision LiftExemption ListCohortNudges ListFollowUps ListPatterns ListReviewQueue MeasureAgreement "
            + "PlanSession PublishReview RecordSession RedactRevision ReleaseHold ReleaseReview SaveReview SaveSessionNotes VerifyTransfer VoidFidelityReview WriteToAuthor"),
        ("program",
            "AddAgencyMember AppointAgencyRater AppointRater ChangeAgency ChangeCohort ChangePerson CloneCohort CloseCohort CreateAgency CreateCohort "
            + "DismissAgencyRater DismissPerson EnrolLearners GetAgency GetClosedDays GetHoldOut GetPerson GetProgramImplementation GetRetention InvitePerson "
            + "InvitePersonAgain LiftLegalHold ListAgencyPeople ListIndicatorMonths ListMails ListPeople ListProgramRetentionRecords "
            + "ListRetentionRecords MoveEnrolment OpenModule PublishCredential PublishInstrument PublishVersion RecordIndicators RemoveAgencyMember RenameAgency ReopenCohort "
            + "RescheduleCohort ResendMail RestorePerson RevokeCredential SetClosedDays SetCoachingStart SetDeniedWords SetFacilitatorsPerCoach SetHoldOut SetLegalHold SetRetention "
            + "SuspendPerson UpgradeCohort WithdrawEnrolment WithdrawEnrolments"),
        ("",
            "AppointAdmin BeginSecondFactor BreakTheGlass ChangePassword CloseSessionNotes ConfirmSecondFactor CreateClient DeleteWebhook "
            + "EndAuthorization EndBreakGlass EndSecondFactor EndSignIn GetSecondFactor GetWebhook ListAuthorizations ListClients "
            + "ListDeliveries ListEvents ListSignIns ListWebhooks OpenSessionNotes RedactSession Redeliver RegisterWebhook ReleaseSession RemoveAdmin RenewCalendarFeed "
            + "RenewRecoveryCodes ResetSecondFactor RevokeCalendarFeed RevokeClient RotateSecret RotateWebhook SignOut"),
    ];

    // What one sees there one sees as who learns, who teaches or who administers; through a front end without that scope it is hidden.
    private static readonly HashSet<string> Sided =
    [
        "GetActionItem", "GetCoaching", "GetCoachingMirror", "GetCredential", "GetCredentialProgress", "GetFidelityReview", "GetSession",
        "ListFidelityAccess", "ListSessionAccess",
    ];

    [Fact]
    public async Task Every_operation_is_open_to_the_scopes_that_the_table_says()
    {
        var document = (await Session.Anonymous(app).Read("/openapi/v1.json")).Ok().Json;
        var opened = document["paths"]!.AsObject().SelectMany(p => p.Value!.AsObject()).Select(o => o.Value!)
            .Where(o => o["security"]!.AsArray().Count > 0)
            .ToDictionary(
                o => (string)o["operationId"]!,
                o => string.Join(' ', FrontEndScopes.All.Where(s => o["security"]!.AsArray()
                    .Any(r => r!["oauth"]?.AsArray().Any(x => (string?)x == s) == true))));
        var expected = Table.SelectMany(row => row.Operations.Split(' ').Select(o => (Operation: o, row.Scopes)))
            .ToDictionary(o => o.Operation, o => o.Scopes);
        Faults.None(opened.Keys.Union(expected.Keys).Order(StringComparer.Ordinal)
            .Where(o => opened.GetValueOrDefault(o) != expected.GetValueOrDefault(o))
            .Select(o => $"{o}: '{opened.GetValueOrDefault(o)}' in the document, '{expected.GetValueOrDefault(o)}' in the table"));
    }

    [Fact]
    public async Task A_front_end_does_what_its_scopes_and_its_persons_roles_allow_and_no_more()
    {
        var cast = await RolePeople.Of(app);
        var made = (await (await app.Admin()).Http.Post("/v1/clients",
            new { name = "Companion", kind = "frontEnd", scopes = FrontEndScopes.All, redirectUris = new[] { Callback } }))
            .Expect(HttpStatusCode.Created);
        var frontEnd = new FrontEndSession(app, (Guid)made["id"]!, Callback);
        var expected = Table.SelectMany(row => row.Operations.Split(' ').Select(o => (Operation: o, Scopes: row.Scopes.Split(' '))))
            .ToDictionary(o => o.Operation, o => o.Scopes);
        var document = (await Session.Anonymous(app).Read("/openapi/v1.json")).Ok().Json;
        var operations = document["paths"]!.AsObject()
            .SelectMany(p => p.Value!.AsObject().Select(o => (Id: (string?)o.Value!["operationId"], Method: HttpMethod.Parse(o.Key), Path: p.Key)))
            .Where(o => o.Id is not null && expected.ContainsKey(o.Id)).ToDictionary(o => o.Id!);
        var (faults, asked) = (new List<string>(), 0);
        foreach (var role in new[] { Role.Learner, Role.Instructor, Role.Lead, Role.ProgramAdmin })
        {
            foreach (var scope in FrontEndScopes.All)
            {
                var http = frontEnd.With(await frontEnd.Tokens(cast[role].Email, scope));
                foreach (var row in RoleTableTests.Rows.Where(r => expected.ContainsKey(r.Operation)))
                {
                    var isOpen = expected[row.Operation].Contains(scope);
                    var (_, method, path) = operations[row.Operation];
                    // A refusal comes before anything is looked up; what is open is asked where that changes nothing.
                    if (isOpen && method != HttpMethod.Get) continue;
                    var request = isOpen ? await row.Request(cast) : new(Anything().Replace(path, m => m.Value.EndsWith("Id}", StringComparison.Ordinal) ? $"{Guid.NewGuid()}" : "1"), null, []);
                    var answer = await http.Call(method, request.Path, request.Body, request.Headers);
                    asked++;
                    var status = !isOpen || !MayLead(role, scope, row.Operation) ? 403
                        : IsOnSide(role, scope, row.Operation) ? row.Statuses[(int)role]
                        : Sided.Contains(row.Operation) ? 404
                        // Somebody of whom one knows, and whose practice one does not see.
                        : row.Operation == "GetFidelityTrend" ? 403
                        : row.Statuses[(int)role];
                    var isRefusal = answer.Code is "scope.required" or "frontEnd.notAllowed";
                    if ((int)answer.Status != status || isRefusal == isOpen)
                        faults.Add($"{row.Operation} as {role} through a front end with {scope}: {status} expected, answered {(int)answer.Status} {answer.Body}");
                }
            }
        }

        Faults.None(faults);
        Assert.True(asked > 1_000, $"Only {asked} questions were asked.");
    }

    private static bool IsOnSide(Role role, string scope, string operation) => role switch
    {
        Role.Learner => scope == FrontEndScopes.Learning,
        Role.ProgramAdmin => scope == FrontEndScopes.Program,
        // A lead says who coaches whom by either.
        Role.Lead when operation == "GetCoaching" => scope != FrontEndScopes.Learning,
        _ => scope == FrontEndScopes.Teaching,
    };

    /// <summary>What leads see of all coaches, a programme admin sees as such.</summary>
    private static bool MayLead(Role role, string scope, string operation) =>
        operation != "GetCohortCoaching" || role != Role.ProgramAdmin || scope == FrontEndScopes.Program;

    [GeneratedRegex("{[^}]+}", RegexOptions.None, -1)]
    private static partial Regex Anything();
}
