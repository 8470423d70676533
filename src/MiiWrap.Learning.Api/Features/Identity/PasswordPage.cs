using FluentValidation;
using Microsoft.AspNetCore.Http.HttpResults;
using MiiWrap.Learning.Api.Configuration;
using MiiWrap.Learning.Api.Http;
using MiiWrap.Learning.Api.Mail;
using MiiWrap.Learning.Domain.Common;

namespace MiiWrap.Learning.Api.Features.Identity;

/// <summary>
/// The page behind the link of an invitation or a reset: it asks for a password, works without script, and changes nothing until it is
/// sent.
/// </summary>
internal static class PasswordPage
{
    private const string Style = """

        label { font-weight: 600; display: block; margin-bottom: .35rem; }
        input { font: inherit; width: 100%; box-sizing: border-box; padding: .55rem; margin-bottom: .35rem; border: 1px solid #8a857c; border-radius: .4rem; background: Field; color: FieldText; }
        :focus-visible { outline: 3px solid #c77700; outline-offset: 2px; }
        .error { border-left: 4px solid #b3261e; padding: .5rem 1rem; margin-bottom: 1rem; }
        .hint { font-size: .875rem; }
        button.quiet { background: transparent; color: inherit; box-shadow: inset 0 0 0 1px #8a857c; }
        """;

    public static IResult Show(HttpContext http, string? token) => http.LinkPage(200, "Choose a password", Form(token ?? "", null));

    /// <summary>Sends what the form says on to the command, and shows what became of it.</summary>
    public static async Task<IResult> Answer(HttpContext http, Func<string, string, Task> choose)
    {
        var form = await http.ReadPageForm();
        var token = form["token"].ToString();
        try
        {
            await choose(token, form["password"].ToString());
        }
        catch (Exception e) when (e is ValidationException or RuleException { Kind: RuleKind.Invalid })
        {
            var why = e is ValidationException invalid
                ? string.Join(" ", invalid.Errors.Select(f => f.ErrorMessage).Distinct())
                : e.Message;
            return http.LinkPage(422, "Choose a password", Form(token, why));
        }

        var address = HtmlLayout.Encode(http.RequestServices.GetRequiredService<Settings>().FrontEndUrl.ToString());
        return http.LinkPage(200, "Your password is set", $"""
            <p>You can sign in with it now.</p>
            <p><a class="button" href="{address}">Continue</a></p>
            """);
    }

    private static string Form(string token, string? error) => $"""
        {(error is null ? "" : $"<p class=\"error\" id=\"error\" role=\"alert\">{HtmlLayout.Encode(error)}</p>")}
        <form method="post">
        <input type="hidden" name="token" value="{HtmlLayout.Encode(token)}">
        <label for="password">New password</label>
        <input type="password" id="password" name="password" autocomplete="new-password" minlength="{PasswordRules.Shortest}" maxlength="{PasswordRules.Longest}" required aria-describedby="hint">
        <p class="hint" id="hint">{PasswordRules.Shortest} characters or more, of any kind. A few words that do not belong together are easy to remember and hard to guess.</p>
        <p><button type="submit">Save the password</button></p>
        </form>
        """;

    /// <summary>A page behind a mailed link: nobody may keep it, since its address is a secret.</summary>
    public static ContentHttpResult LinkPage(this HttpContext http, int status, string title, string body)
    {
        http.Response.KeepPrivate();
        return TypedResults.Content(HtmlLayout.Render(title, body, null, Style), "text/html; charset=utf-8", statusCode: status);
    }
}

/// <summary>The fields of the password page.</summary>
public sealed record PasswordForm(string Token, string Password);
