using System.Globalization;
using FluentValidation;
using MediatR;
using Microsoft.AspNetCore.Http.HttpResults;
using MiiWrap.Learning.Api.Http;
using MiiWrap.Learning.Api.Mail;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Common;

namespace MiiWrap.Learning.Api.Features.Identity;

/// <summary>
/// The page behind the link to a new address: it names the address and asks for the account's password, works without script, and changes
/// nothing until it is sent, since mail scanners open links too.
/// </summary>
internal static class AddressPage
{
    private const string Title = "Use this address";

    public static async Task<IResult> Show(HttpContext http, IMediator mediator, string? token) =>
        http.LinkPage(200, Title, Form(token ?? "", await mediator.Send(new GetNewAddress(token), http.RequestAborted), null));

    /// <summary>Sends what the form says on to the command, and shows what became of it.</summary>
    public static async Task<IResult> Answer(HttpContext http, IMediator mediator, RateLimits limits)
    {
        var form = await http.ReadPageForm();
        var (token, password) = (form["token"].ToString(), form["password"].ToString());
        try
        {
            limits.CheckSignIn(http, token);
            await mediator.Send(new ConfirmAddress(token, password), http.RequestAborted);
        }
        catch (NotSignedInException e)
        {
            return await Again(401, e.Message);
        }
        catch (TooManyRequestsException e)
        {
            http.Response.Headers.RetryAfter = e.Seconds.ToString(CultureInfo.InvariantCulture);
            return await Again(429, e.Message);
        }
        catch (RuleException e) when (e is { Kind: RuleKind.Invalid, Code: "address.unproven" })
        {
            return await Again(422, "Type your present password.");
        }
        catch (RuleException e) when (e.Kind == RuleKind.Invalid)
        {
            return http.LinkPage(422, Title, Error(e.Message));
        }
        catch (ValidationException)
        {
            return http.LinkPage(422, Title, Error("This link is not whole, or the password is too long; open it from the mail again."));
        }

        return http.LinkPage(200, "This is your address now", "<p>You can sign in with it. This page can be closed.</p>");

        async Task<ContentHttpResult> Again(int status, string why) => http.LinkPage(
            status, Title, Form(token, await mediator.Send(new GetNewAddress(token), http.RequestAborted), why));
    }

    private static string Form(string token, string? address, string? error) => $"""
        {(error is null ? "" : Error(error))}
        <p>From now on you sign in as {(address is null ? "the address to which this link was mailed" : $"<strong>{HtmlLayout.Encode(address)}</strong>")}, and every mail about your account goes there. You will be signed out everywhere; your password stays as it is.</p>
        <p>If this address is not your own, or somebody else sent you this page, close it: nothing changes.</p>
        <form method="post">
        <input type="hidden" name="token" value="{HtmlLayout.Encode(token)}">
        <label for="password">Your present password</label>
        <input type="password" id="password" name="password" autocomplete="current-password" maxlength="{SignInValidator.LongestTyped}" required aria-describedby="hint">
        <p class="hint" id="hint">If you sign in through your organisation and have no password here, choose one with "forgotten password" at your present address, and have this link sent again.</p>
        <p><button type="submit">Use this address</button></p>
        </form>
        """;

    private static string Error(string text) => $"<p class=\"error\" role=\"alert\">{HtmlLayout.Encode(text)}</p>";
}

/// <summary>The fields of the page.</summary>
public sealed record AddressForm(string Token, string Password);
