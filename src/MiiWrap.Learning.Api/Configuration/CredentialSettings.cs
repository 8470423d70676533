namespace MiiWrap.Learning.Api.Configuration;

/// <summary>Who issues credentials, and where their badges are looked up.</summary>
/// <param name="BaseUrl">
/// What the addresses in badges begin with; null where that is the program's own address at the first issue. It stays as it was then.
/// </param>
/// <param name="IssuerName">The issuer, as pages and badges name it.</param>
/// <param name="CoachCode">The credential that makes a coach a certified one.</param>
public sealed record CredentialSettings(Uri? BaseUrl, string IssuerName, string CoachCode)
{
    internal static CredentialSettings Read(Settings.Reader read) => new(
        read.Text("Credentials:BaseUrl", "") is { Length: > 0 } url ? read.Url("Credentials:BaseUrl", url) : null,
        read.Text("Credentials:IssuerName", "MiiWrap Learning"),
        read.Text("Credentials:CoachCode", "practising-coach"));
}
