using System.Security.Cryptography;
using System.Text;
using MiiWrap.Learning.Api.Telemetry;

namespace MiiWrap.Learning.Api.Access;

/// <summary>
/// The security log: who got in and who did not, and who gave whom which rights, with event ids that stay. People, clients and webhooks are
/// named by id. Network and mail addresses stand in it as pseudonyms, which hold on one node until it is started again: enough to see that
/// two lines are about the same one, and of no use to whoever finds the log.
/// </summary>
internal sealed partial class SecurityLog(
    ILoggerFactory loggers, IHttpContextAccessor http, LearningMetrics metrics, TimeProvider clock)
{
    public const string Category = "MiiWrap.Learning.Security";

    // What anybody can bring about as often as they like is told this often for each address and cause.
    private const int TokensAMinute = 10;
    private const int LimitsAMinute = 1;
    private const int MostSources = 10_000;

    private readonly ILogger log = loggers.CreateLogger(Category);
    private readonly byte[] pseudonymKey = RandomNumberGenerator.GetBytes(32);
    private readonly TokenBuckets tokens = new("refused tokens", TokensAMinute, TokensAMinute, TimeSpan.FromMinutes(1), MostSources, clock);
    private readonly TokenBuckets limits = new("limits", LimitsAMinute, LimitsAMinute, TimeSpan.FromMinutes(1), MostSources, clock);

    private string Source => Pseudonym(CallerAddress.Of(http.HttpContext));

    public void SignedIn(Guid person, bool knownDevice) => WriteSignedIn(person, knownDevice, Source);

    /// <param name="email">Told as a pseudonym, also when nobody has this address.</param>
    public void SignInFailed(string email, Guid? person, bool knownDevice)
    {
        metrics.SignInRefused(SignInRefusal.Failed);
        WriteSignInFailed(Pseudonym(Encoding.UTF8.GetBytes(email)), person, knownDevice, Source);
    }

    public void SignInThrottled(string email, Guid? person, int seconds)
    {
        metrics.SignInRefused(SignInRefusal.Throttled);
        WriteSignInThrottled(Pseudonym(Encoding.UTF8.GetBytes(email)), person, seconds, Source);
    }

    public void SignedOut(Guid person) => WriteSignedOut(person, Source);

    public void AccessEnded(Guid person, string status, Guid by) => WriteAccessEnded(person, status, by, Source);

    public void AccessRestored(Guid person, Guid by) => WriteAccessRestored(person, by, Source);

    public void AddressConfirmed(Guid person) => WriteAddressConfirmed(person, Source);

    public void InvitationRedirected(Guid person, Guid by) => WriteInvitationRedirected(person, by, Source);

    public void SignInEnded(Guid person, Guid session) => WriteSignInEnded(person, session, Source);

    public void PasswordChosen(Guid person, string by) => WritePasswordChosen(person, by, Source);

    public void LoginLinked(Guid person, string issuer) => WriteLoginLinked(person, issuer, Source);

    /// <summary>A refresh token that was used before ends its sign-in: somebody else may have it.</summary>
    public void RefreshReused(Guid person) => WriteRefreshReused(person, Source);

    public void SecondFactorOn(Guid person) => WriteSecondFactorOn(person, Source);

    public void SecondFactorOff(Guid person) => WriteSecondFactorOff(person, Source);

    /// <param name="by">Null for the operator at the command line.</param>
    public void SecondFactorReset(Guid person, Guid? by) => WriteSecondFactorReset(person, by, Source);

    public void RecoveryCodesRenewed(Guid person) => WriteRecoveryCodesRenewed(person, Source);

    public void RecoveryCodeUsed(Guid person) => WriteRecoveryCodeUsed(person, Source);

    /// <summary>Of somebody whose password was right.</summary>
    public void CodeRefused(Guid person) => WriteCodeRefused(person, Source);

    public void TokenRefused(string reason)
    {
        if (tokens.Take(TokenBuckets.KeyOf([.. CallerAddress.Of(http.HttpContext), .. Encoding.UTF8.GetBytes(reason)])).IsTaken)
            WriteTokenRefused(reason, Source);
    }

    public void RoleGiven(string role, Guid person, string scope, Guid? scopeId, Guid? by) =>
        WriteRoleGiven(role, person, scope, scopeId, by, Source);

    public void RoleEnded(string role, Guid person, string scope, Guid? scopeId, Guid? by) =>
        WriteRoleEnded(role, person, scope, scopeId, by, Source);

    public void ClientMade(Guid client, string scopes, Guid by) => WriteClientMade(client, scopes, by, Source);

    public void ClientSecretRenewed(Guid client, Guid by) => WriteClientSecretRenewed(client, by, Source);

    public void ClientEnded(Guid client, Guid by) => WriteClientEnded(client, by, Source);

    public void ClientSignedIn(Guid client, string scopes) => WriteClientSignedIn(client, scopes, Source);

    /// <param name="client">Null when there is none of the name that was sent.</param>
    public void ClientRefused(Guid? client, string error) => WriteClientRefused(client, error, Source);

    public void FrontEndAllowed(Guid person, Guid client, string scopes) => WriteFrontEndAllowed(person, client, scopes, Source);

    public void FrontEndEnded(Guid person, Guid client) => WriteFrontEndEnded(person, client, Source);

    public void WebhookMade(Guid webhook, Guid by) => WriteWebhookMade(webhook, by, Source);

    public void WebhookSecretRenewed(Guid webhook, Guid by) => WriteWebhookSecretRenewed(webhook, by, Source);

    public void WebhookEnded(Guid webhook, Guid by) => WriteWebhookEnded(webhook, by, Source);

    public void GlassBroken(string kind, Guid text, DateTime until, Guid by) => WriteGlassBroken(kind, text, until, by, Source);

    public void GlassClosed(string kind, Guid text, Guid by) => WriteGlassClosed(kind, text, by, Source);

    public void RateLimited(string policy)
    {
        if (limits.Take(TokenBuckets.KeyOf([.. CallerAddress.Of(http.HttpContext), .. Encoding.UTF8.GetBytes(policy)])).IsTaken)
            WriteRateLimited(policy, Source);
    }

    private string Pseudonym(byte[] text) => Convert.ToHexStringLower(HMACSHA256.HashData(pseudonymKey, text).AsSpan(0, 6));

    [LoggerMessage(1000, LogLevel.Information, "Person {Person} signed in from {Source}, known device: {KnownDevice}",
        EventName = "SignedIn")]
    private partial void WriteSignedIn(Guid person, bool knownDevice, string source);

    [LoggerMessage(1001, LogLevel.Warning, "A sign-in as {Account} (person {Person}) from {Source} failed, known device: {KnownDevice}",
        EventName = "SignInFailed")]
    private partial void WriteSignInFailed(string account, Guid? person, bool knownDevice, string source);

    [LoggerMessage(1002, LogLevel.Warning,
        "Sign-ins as {Account} (person {Person}) from {Source} must wait {Seconds} s after too many failures",
        EventName = "SignInThrottled")]
    private partial void WriteSignInThrottled(string account, Guid? person, int seconds, string source);

    [LoggerMessage(1003, LogLevel.Information, "Person {Person} signed out everywhere, from {Source}", EventName = "SignedOut")]
    private partial void WriteSignedOut(Guid person, string source);

    [LoggerMessage(1006, LogLevel.Information, "Person {Person} ended their sign-in {Session}, from {Source}", EventName = "SignInEnded")]
    private partial void WriteSignInEnded(Guid person, Guid session, string source);

    [LoggerMessage(1004, LogLevel.Information,
        "Person {Person} chose a password by {By} from {Source}; every other sign-in of theirs ended", EventName = "PasswordChosen")]
    private partial void WritePasswordChosen(Guid person, string by, string source);

    [LoggerMessage(1005, LogLevel.Information, "Person {Person} signed in by {Issuer} for the first time, from {Source}",
        EventName = "LoginLinked")]
    private partial void WriteLoginLinked(Guid person, string issuer, string source);

    [LoggerMessage(1007, LogLevel.Information, "{By} ended the access of person {Person}, who is {Status} now, from {Source}",
        EventName = "AccessEnded")]
    private partial void WriteAccessEnded(Guid person, string status, Guid by, string source);

    [LoggerMessage(1008, LogLevel.Information, "{By} gave person {Person} access again, from {Source}", EventName = "AccessRestored")]
    private partial void WriteAccessRestored(Guid person, Guid by, string source);

    [LoggerMessage(1009, LogLevel.Information, "Person {Person} has confirmed a new address from {Source}; every sign-in of theirs ended",
        EventName = "AddressConfirmed")]
    private partial void WriteAddressConfirmed(Guid person, string source);

    [LoggerMessage(1010, LogLevel.Warning, "A token from {Source} was refused: {Reason}", EventName = "TokenRefused")]
    private partial void WriteTokenRefused(string reason, string source);

    [LoggerMessage(1011, LogLevel.Warning, "A used refresh token of person {Person} came again from {Source}; that sign-in ended",
        EventName = "RefreshReused")]
    private partial void WriteRefreshReused(Guid person, string source);

    [LoggerMessage(1012, LogLevel.Information, "Person {Person} turned their second factor on, from {Source}; every other sign-in ended",
        EventName = "SecondFactorOn")]
    private partial void WriteSecondFactorOn(Guid person, string source);

    [LoggerMessage(1013, LogLevel.Information, "Person {Person} turned their second factor off, from {Source}",
        EventName = "SecondFactorOff")]
    private partial void WriteSecondFactorOff(Guid person, string source);

    [LoggerMessage(1014, LogLevel.Warning, "{By} reset the second factor of person {Person}, from {Source}; every sign-in of theirs ended",
        EventName = "SecondFactorReset")]
    private partial void WriteSecondFactorReset(Guid person, Guid? by, string source);

    [LoggerMessage(1015, LogLevel.Information, "Person {Person} took new recovery codes, from {Source}",
        EventName = "RecoveryCodesRenewed")]
    private partial void WriteRecoveryCodesRenewed(Guid person, string source);

    [LoggerMessage(1016, LogLevel.Warning, "Person {Person} used a recovery code, from {Source}", EventName = "RecoveryCodeUsed")]
    private partial void WriteRecoveryCodeUsed(Guid person, string source);

    [LoggerMessage(1017, LogLevel.Warning, "A code of person {Person}'s second factor from {Source} was refused; the password was right",
        EventName = "CodeRefused")]
    private partial void WriteCodeRefused(Guid person, string source);

    [LoggerMessage(1018, LogLevel.Information, "{By} had the invitation of person {Person} go to another address, from {Source}",
        EventName = "InvitationRedirected")]
    private partial void WriteInvitationRedirected(Guid person, Guid by, string source);

    [LoggerMessage(1020, LogLevel.Information, "{By} made person {Person} {Role} of {Scope} {ScopeId}, from {Source}",
        EventName = "RoleGiven")]
    private partial void WriteRoleGiven(string role, Guid person, string scope, Guid? scopeId, Guid? by, string source);

    [LoggerMessage(1021, LogLevel.Information, "{By} ended that person {Person} is {Role} of {Scope} {ScopeId}, from {Source}",
        EventName = "RoleEnded")]
    private partial void WriteRoleEnded(string role, Guid person, string scope, Guid? scopeId, Guid? by, string source);

    [LoggerMessage(1030, LogLevel.Information, "{By} made client {Client} with {Scopes}, from {Source}", EventName = "ClientMade")]
    private partial void WriteClientMade(Guid client, string scopes, Guid by, string source);

    [LoggerMessage(1031, LogLevel.Information, "{By} gave client {Client} a new secret, from {Source}", EventName = "ClientSecretRenewed")]
    private partial void WriteClientSecretRenewed(Guid client, Guid by, string source);

    [LoggerMessage(1032, LogLevel.Information, "{By} ended client {Client}, from {Source}", EventName = "ClientEnded")]
    private partial void WriteClientEnded(Guid client, Guid by, string source);

    [LoggerMessage(1033, LogLevel.Information, "Client {Client} took a token with {Scopes}, from {Source}", EventName = "ClientSignedIn")]
    private partial void WriteClientSignedIn(Guid client, string scopes, string source);

    [LoggerMessage(1034, LogLevel.Warning, "Client {Client} got no token from {Source}: {Error}", EventName = "ClientRefused")]
    private partial void WriteClientRefused(Guid? client, string error, string source);

    [LoggerMessage(1035, LogLevel.Information, "Person {Person} lets client {Client} act for them with {Scopes}, from {Source}",
        EventName = "FrontEndAllowed")]
    private partial void WriteFrontEndAllowed(Guid person, Guid client, string scopes, string source);

    [LoggerMessage(1036, LogLevel.Information, "Person {Person} lets client {Client} act for them no more, from {Source}",
        EventName = "FrontEndEnded")]
    private partial void WriteFrontEndEnded(Guid person, Guid client, string source);

    [LoggerMessage(1040, LogLevel.Information, "{By} registered webhook {Webhook}, from {Source}", EventName = "WebhookMade")]
    private partial void WriteWebhookMade(Guid webhook, Guid by, string source);

    [LoggerMessage(1041, LogLevel.Information, "{By} gave webhook {Webhook} a new secret, from {Source}",
        EventName = "WebhookSecretRenewed")]
    private partial void WriteWebhookSecretRenewed(Guid webhook, Guid by, string source);

    [LoggerMessage(1042, LogLevel.Information, "{By} deleted webhook {Webhook}, from {Source}", EventName = "WebhookEnded")]
    private partial void WriteWebhookEnded(Guid webhook, Guid by, string source);

    [LoggerMessage(1050, LogLevel.Warning, "{By} opened {Kind} {Text} to themselves until {Until}, from {Source}",
        EventName = "GlassBroken")]
    private partial void WriteGlassBroken(string kind, Guid text, DateTime until, Guid by, string source);

    [LoggerMessage(1051, LogLevel.Information, "{By} closed {Kind} {Text} again, from {Source}", EventName = "GlassClosed")]
    private partial void WriteGlassClosed(string kind, Guid text, Guid by, string source);

    [LoggerMessage(1060, LogLevel.Warning, "Requests from {Source} are refused by the limit {Policy}", EventName = "RateLimited")]
    private partial void WriteRateLimited(string policy, string source);
}
