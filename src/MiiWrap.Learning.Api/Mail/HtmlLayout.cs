using System.Text.Encodings.Web;

namespace MiiWrap.Learning.Api.Mail;

/// <summary>
/// The one look of every mail and of the pages that mails lead to: a narrow column, light or dark as the reader has it, no script.
/// </summary>
internal static class HtmlLayout
{
    // The type comes first: mail programs drop what they do not know and keep a readable page.
    public const string Style = """
        :root { color-scheme: light dark; }
        body { margin: 0; background: #f4f2ee; color: #22201d; font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
        main { max-width: 36rem; margin: 0 auto; padding: 1.5rem 1.25rem 2rem; background: #ffffff; }
        h1 { font-size: 1.35rem; line-height: 1.3; margin: 0 0 1rem; }
        h2 { font-size: 1.1rem; line-height: 1.3; margin: 1.75rem 0 .5rem; }
        p { margin: 0 0 1rem; }
        blockquote { margin: 0 0 1rem; padding: .5rem 1rem; border-left: 4px solid #1f6f5c; background: #eef5f2; }
        a { color: #14594a; }
        a.button, button { display: inline-block; padding: .7rem 1.2rem; border: 0; border-radius: .4rem; background: #1f6f5c; color: #ffffff; font: inherit; font-weight: 600; text-decoration: none; cursor: pointer; }
        footer { max-width: 36rem; margin: 0 auto; padding: 1rem 1.25rem 2rem; color: #57534c; font-size: .875rem; }
        @media (prefers-color-scheme: dark) {
          body { background: #171614; color: #ece9e4; }
          main { background: #211f1c; }
          blockquote { background: #1c2b27; border-left-color: #6fc3ab; }
          a { color: #8fd6c1; }
          a.button, button { background: #8fd6c1; color: #10231d; }
          footer { color: #b4aea4; }
        }
        """;

    public static string Encode(string text) => HtmlEncoder.Default.Encode(text);

    public static string Render(string title, string body, string? footer, string extraStyle = "") => $"""
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>{Encode(title)}</title>
        <style>
        {Style}{extraStyle}
        </style>
        </head>
        <body>
        <main>
        <h1>{Encode(title)}</h1>
        {body}
        </main>
        {(footer is null ? "" : $"<footer>{Encode(footer)}</footer>")}
        </body>
        </html>
        """;
}
