using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.RateLimiting;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Requests;

namespace MiiWrap.Learning.Api.Http;

/// <summary>Which problem codes an operation can give: those that its route declares, and those of the pipeline before it.</summary>
internal static class OperationProblems
{
    private static readonly string[] OfEvery = ["query.tooLong", "request.timeout", "server.error", "storage.full", "storage.readOnly"];

    private static readonly string[] OfEveryToken =
    [
        "auth.required", "auth.token.invalid", "auth.token.expired", "auth.provider.unavailable", "auth.person.unknown",
        "auth.person.linked", "auth.person.suspended", "auth.email.missing", "auth.email.unverified", "auth.admin.notLinked",
    ];

    private static readonly string[] OfEveryBody =
    [
        "body.tooLarge", "body.tooSlow", "contentEncoding.unsupported", "mediaType.unsupported", "text.check.timeout",
    ];

    private static readonly string[] OfEveryKey = ["idempotency.key.inUse", "idempotency.key.invalid", "idempotency.key.reused"];

    /// <param name="metadata">The endpoint's own.</param>
    /// <param name="isStrict">Unknown query parameters are refused.</param>
    public static IReadOnlySet<string> Of(IReadOnlyList<object> metadata, bool isStrict)
    {
        var codes = new SortedSet<string>(OfEvery, StringComparer.Ordinal);
        bool Has<T>() => metadata.OfType<T>().Any();
        bool Answers(int status) => metadata.OfType<IProducesResponseTypeMetadata>().Any(r => r.StatusCode == status);
        void Add(bool gives, params ReadOnlySpan<string> added)
        {
            if (!gives) return;
            foreach (var code in added) codes.Add(code);
        }

        foreach (var declared in metadata.OfType<AnswersWithCodes>()) Add(true, [.. declared.Codes]);
        Add(!Has<DisableRateLimitingAttribute>(), "rate.limited");
        Add(!Has<IAllowAnonymous>(), OfEveryToken);
        Add(!Has<IAllowAnonymous>(), Has<OpenToClients>() ? "scope.required" : "client.notAllowed");
        Add(!Has<IAllowAnonymous>(),
            metadata.OfType<OpenToFrontEnds>().LastOrDefault() is { Scopes.Count: > 0 } ? "scope.required" : "frontEnd.notAllowed");
        Add(!Has<IAllowAnonymous>() && !Has<OpenWithoutSecondFactor>(), "auth.secondFactor.required");
        Add(Has<IAcceptsMetadata>(), OfEveryBody);
        Add(Has<TakesIdempotencyKey>(), OfEveryKey);
        Add(Has<TakesIfMatch>(), "precondition.required");
        Add(Answers(400), "request.malformed");
        Add(Answers(422), "request.invalid");
        Add(Answers(422) && Has<IAcceptsMetadata>(), "text.tooLong");
        Add(isStrict, "query.unknown");
        return codes;
    }

    public static IReadOnlySet<string> Of(RouteEndpoint endpoint) =>
        Of([.. endpoint.Metadata], QueryParameters.IsStrict(endpoint));
}
