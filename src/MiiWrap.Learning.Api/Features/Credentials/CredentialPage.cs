using System.Globalization;
using MiiWrap.Learning.Api.Mail;
using MiiWrap.Learning.Domain.Credentials;
using QRCoder;

namespace MiiWrap.Learning.Api.Features.Credentials;

/// <summary>A credential's page: it reads on a phone, prints as a certificate on one sheet, and says how the credential stands.</summary>
internal static class CredentialPage
{
    private const string Style = """

        main, footer { max-width: 44rem; }
        .kind { margin: 0 0 .25rem; font-size: .9rem; letter-spacing: .02em; color: #57534c; }
        .holder { margin: 0 0 1.25rem; font-size: 1.9rem; line-height: 1.2; font-weight: 650; overflow-wrap: anywhere; }
        .state { display: inline-block; margin: 0 0 1.25rem; padding: .3rem .75rem; border-radius: .4rem; font-weight: 600; background: #dff0ea; color: #0d4337; }
        .state.expired, .state.lapsed { background: #f6e7c8; color: #5a3d00; }
        .state.revoked { background: #f7dcd9; color: #7a1b14; }
        dl { margin: 0 0 1.25rem; display: grid; grid-template-columns: max-content 1fr; gap: .35rem 1.25rem; }
        dt { color: #57534c; }
        dd { margin: 0; overflow-wrap: anywhere; }
        .proof { display: flex; gap: 1rem; align-items: center; margin-top: 1.5rem; padding-top: 1.25rem; border-top: 1px solid #d8d3ca; }
        .proof svg { flex: none; width: 7.5rem; height: 7.5rem; }
        .proof p { margin: 0; font-size: .9rem; overflow-wrap: anywhere; }
        @media (prefers-color-scheme: dark) {
          .kind, dt { color: #b4aea4; }
          .state { background: #1c3a32; color: #a9e4d3; }
          .state.expired, .state.lapsed { background: #453512; color: #f3d999; }
          .state.revoked { background: #4f1f1b; color: #ffc9c3; }
          .proof { border-top-color: #45423c; }
        }
        @media print {
          @page { size: landscape; margin: 14mm; }
          :root { color-scheme: light; }
          body, main { background: #ffffff; color: #000000; }
          main { max-width: none; min-height: 82vh; box-sizing: border-box; padding: 10mm 14mm; border: 1.5pt solid #1f6f5c; outline: .5pt solid #1f6f5c; outline-offset: -2.2mm; break-inside: avoid; }
          .holder { font-size: 26pt; }
          h1 { font-size: 17pt; }
          .kind, dt, footer { color: #333333; }
          .state { background: none; color: #000000; border: .75pt solid #000000; }
          a { color: inherit; text-decoration: none; }
          .badge { display: none; }
          footer { max-width: none; padding: 3mm 0 0; }
        }
        """;

    public static string PathOf(string token) => $"/c/{token}";

    /// <param name="today">Stands beside the state, so that paper says of which day it tells.</param>
    public static string Of(PublicCredential credential, DateOnly today) => HtmlLayout.Render(
        credential.Title,
        $"""
        <p class="kind">held by</p>
        <p class="holder">{HtmlLayout.Encode(credential.Name)}</p>
        <p class="state {credential.State.ToString().ToLowerInvariant()}">{StateOf(credential, today)}</p>
        <dl>
        <dt>Issued by</dt><dd>{HtmlLayout.Encode(credential.Issuer)}</dd>
        <dt>Awarded</dt><dd>{Day(credential.AwardedOn)}</dd>
        <dt>Valid until</dt><dd>{(credential.ValidUntil is { } last ? Day(last) : "no end")}</dd>
        </dl>
        <h2>What it stands for</h2>
        <p>{HtmlLayout.Encode(credential.Criteria)}</p>
        {BadgeOf(credential)}
        <div class="proof">
        {QrCode(credential.Url)}
        <p>This page says how the credential stands today, and is the one to trust:<br><a href="{HtmlLayout.Encode(credential.Url)}">{HtmlLayout.Encode(credential.Url)}</a></p>
        </div>
        """,
        "Its holder gave you this address, and can hide the page at any time.", Style);

    public static string Unknown() => HtmlLayout.Render(
        "There is no credential here",
        "<p>The address may have been cut in two on its way, or its holder does not show the page any more.</p>",
        null);

    private static string BadgeOf(PublicCredential credential) => credential.Badge is { } badge
        ? $"<p class=\"badge\">Other programs verify it by <a href=\"{HtmlLayout.Encode(badge)}\">its badge</a>, an Open Badge 3.0.</p>"
        : "";

    private static string StateOf(PublicCredential credential, DateOnly today) => credential.State switch
    {
        CredentialState.Active => $"Valid today, {Day(today)}",
        CredentialState.Revoked => $"Revoked on {Day(credential.RevokedOn!.Value)}: it is valid no more",
        CredentialState.Expired => $"Expired: its last day was {Day(credential.ValidUntil!.Value)}",
        _ => $"Lapsed: its last day was {Day(credential.ValidUntil!.Value)}, and it was not renewed",
    };

    /// <summary>Dark on white with its quiet zone, whatever the page's colours are: a camera needs both.</summary>
    private static string QrCode(string url)
    {
        using var data = QRCodeGenerator.GenerateQrCode(url, QRCodeGenerator.ECCLevel.L);
        var modules = data.ModuleMatrix;
        var path = string.Concat(modules.Index().SelectMany(row => row.Item.Cast<bool>().Index().Where(m => m.Item)
            .Select(m => string.Create(CultureInfo.InvariantCulture, $"M{m.Index} {row.Index}h1v1h-1z"))));
        return $"""<svg viewBox="0 0 {modules.Count} {modules.Count}" role="img" aria-label="QR code of this page's address" shape-rendering="crispEdges"><path fill="#ffffff" d="M0 0h{modules.Count}v{modules.Count}H0z"/><path fill="#000000" d="{path}"/></svg>""";
    }

    /// <summary>A day as people write it, on the page and in mails.</summary>
    public static string Day(DateOnly day) => day.ToString("d MMMM yyyy", CultureInfo.InvariantCulture);
}
