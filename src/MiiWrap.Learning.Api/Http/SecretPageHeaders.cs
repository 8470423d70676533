namespace MiiWrap.Learning.Api.Http;

/// <summary>Keeps a page that a mail's link leads to out of caches, frames and referrers, since its address is a secret.</summary>
internal static class SecretPageHeaders
{
    public static void KeepPrivate(this HttpResponse response)
    {
        var headers = response.Headers;
        headers.CacheControl = "no-store";
        headers["Referrer-Policy"] = "no-referrer";
        headers.ContentSecurityPolicy =
            "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";
    }
}
