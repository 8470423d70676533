using System.Net.Http.Headers;
using Microsoft.AspNetCore.Authentication.BearerToken;

namespace MiiWrap.Learning.Api.Access;

internal static class BearerHeader
{
    /// <summary>
    /// Takes the token from <c>Authorization</c> in any spelling of its scheme, which has no case (RFC 9110, 11.1); the handler by itself
    /// knows "Bearer" alone.
    /// </summary>
    public static Task Read(MessageReceivedContext context)
    {
        if (AuthenticationHeaderValue.TryParse(context.Request.Headers.Authorization, out var sent)
            && sent.Scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase))
            context.Token = sent.Parameter;
        return Task.CompletedTask;
    }
}
