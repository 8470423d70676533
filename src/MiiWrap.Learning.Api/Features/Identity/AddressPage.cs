using FluentValidation;
using MiiWrap.Learning.Api.Mail;
using MiiWrap.Learning.Domain.Common;

namespace MiiWrap.Learning.Api.Features.Identity;

/// <summary>
/// The page behind the link to a new address: a button, since mail scanners open links too; it works without script.
/// </summary>
internal static class AddressPage
{
    private const string Title = "Use this address";

    public static IResult Show(HttpContext http, string? token) => http.LinkPage(200, Title, $"""
        <p>From now on you sign in with the address to which this link was mailed. You will be signed out everywhere; your password stays as it is.</p>
        <form method="post">
        <input type="hidden" name="token" value="{HtmlLayout.Encode(token ?? "")}">
        <p><button type="submit">Use this address</button></p>
        </form>
        """);

    /// <summary>Sends what the form says on to the command, and shows what became of it.</summary>
    public static async Task<IResult> Answer(HttpContext http, Func<string, Task> confirm)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        try
        {
            await confirm(form["token"].ToString());
        }
        catch (RuleException e) when (e.Kind == RuleKind.Invalid)
        {
            return http.LinkPage(422, Title, $"<p class=\"error\" role=\"alert\">{HtmlLayout.Encode(e.Message)}</p>");
        }
        catch (ValidationException)
        {
            return http.LinkPage(422, Title, "<p class=\"error\" role=\"alert\">This link is not whole; open it from the mail again.</p>");
        }

        return http.LinkPage(200, "This is your address now", "<p>You can sign in with it. This page can be closed.</p>");
    }
}

/// <summary>The field of the page.</summary>
public sealed record AddressForm(string Token);
