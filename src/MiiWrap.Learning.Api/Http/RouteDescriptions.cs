using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Requests;

namespace MiiWrap.Learning.Api.Http;

/// <summary>What a route can answer, said where the route is mapped, so that the OpenAPI document tells the truth.</summary>
internal static class RouteDescriptions
{
    /// <summary>Names the operation after its request, whose one-sentence summary describes it.</summary>
    public static RouteHandlerBuilder Named<TRequest>(this RouteHandlerBuilder route) =>
        route.WithName(typeof(TRequest).Name).WithMetadata(new DescribedBy(typeof(TRequest)));

    public static RouteHandlerBuilder Tagged<T>(this RouteHandlerBuilder route) =>
        route.Produces<T>().Produces(304).WithMetadata(new AnswersWithETag());

    /// <summary>An answer whose tag is made of its content.</summary>
    public static RouteHandlerBuilder TaggedByContent<T>(this RouteHandlerBuilder route) =>
        route.AddEndpointFilter<ContentETagFilter>().Tagged<T>();

    /// <summary>An answer that is no JSON, with its tag.</summary>
    public static RouteHandlerBuilder TaggedFile<T>(this RouteHandlerBuilder route, string mediaType, params string[] otherTypes) =>
        route.Produces<T>(200, mediaType, otherTypes).Produces(304).WithMetadata(new AnswersWithETag());

    /// <summary>A POST whose repetition under the same key gives the first answer again.</summary>
    public static RouteHandlerBuilder Retryable(this RouteHandlerBuilder route) => route.WithMetadata(new TakesIdempotencyKey());

    /// <summary>Lets clients with any of these scopes in.</summary>
    public static RouteHandlerBuilder OpenTo(this RouteHandlerBuilder route, params string[] scopes) =>
        route.WithMetadata(new OpenToClients(scopes));

    /// <summary>Open to an admin who must turn on a second factor first.</summary>
    public static RouteHandlerBuilder WithoutSecondFactor(this RouteHandlerBuilder route) =>
        route.WithMetadata(new OpenWithoutSecondFactor());

    /// <summary>
    /// An answer with a secret that is shown once, or with words that stand in one place alone: its repetition is given without them, and
    /// they are not stored with it.
    /// </summary>
    public static RouteHandlerBuilder ShowsSecret(this RouteHandlerBuilder route, params string[] fields) =>
        route.WithMetadata(new SecretShownOnce(fields));

    /// <summary>
    /// The same operation with another kind of body: what names no kind goes to the one that takes JSON, and not to neither.
    /// </summary>
    public static RouteHandlerBuilder AfterJson(this RouteHandlerBuilder route) => route.WithOrder(1);

    public static RouteHandlerBuilder NotFound(this RouteHandlerBuilder route, params string[] codes) =>
        route.ProducesProblem(404).Codes(codes);

    public static RouteHandlerBuilder Invalid(this RouteHandlerBuilder route, params string[] codes) =>
        route.ProducesProblem(400).ProducesValidationProblem(422).Codes(codes);

    /// <summary>Not for every caller who sees it; by a code of its own where it is no matter of roles.</summary>
    public static RouteHandlerBuilder Forbidden(this RouteHandlerBuilder route, params string[] codes) =>
        route.ProducesProblem(403).Codes(codes.Length == 0 ? ["role.required"] : codes);

    public static RouteHandlerBuilder Conflict(this RouteHandlerBuilder route, params string[] codes) =>
        route.ProducesProblem(409).Codes(codes);

    public static RouteHandlerBuilder Gone(this RouteHandlerBuilder route, params string[] codes) =>
        route.ProducesProblem(410).Codes(codes);

    /// <summary>Takes free text that passes the privacy gate.</summary>
    /// <param name="blocked">The code for what points to a person by itself.</param>
    public static RouteHandlerBuilder Gated(this RouteHandlerBuilder route, string blocked = PrivacyGate.Blocked) =>
        route.Codes(blocked, PrivacyGate.Unconfirmed);

    /// <summary>Takes a reason that passes the privacy gate.</summary>
    public static RouteHandlerBuilder GatedReason(this RouteHandlerBuilder route) => route.Gated(ReasonRules.Blocked);

    /// <summary>A change that must say which state it changes, or that there is none yet where it can be the first.</summary>
    /// <param name="stale">The code for a change of an older state.</param>
    public static RouteHandlerBuilder NeedsPrecondition(this RouteHandlerBuilder route, string stale, bool orIsNew = false) =>
        route.ProducesProblem(412).ProducesProblem(428).WithMetadata(new AnswersWithETag(), new TakesIfMatch(orIsNew)).Codes(stale);

    /// <summary>Further problem codes, beside those that the pipeline gives by itself.</summary>
    public static RouteHandlerBuilder Codes(this RouteHandlerBuilder route, params string[] codes) =>
        route.WithMetadata(new AnswersWithCodes(codes));

    /// <summary>A page of a list, with the address of the next one in <c>Link</c>.</summary>
    /// <param name="cursor">The query parameter that takes the cursor.</param>
    public static RouteHandlerBuilder Listed(this RouteHandlerBuilder route, string cursor = "cursor") =>
        route.AddEndpointFilter(new LinkToNext(cursor)).ProducesValidationProblem(422).WithMetadata(new Listed());
}

/// <summary>The request whose documentation describes the operation.</summary>
internal sealed record DescribedBy(Type Request);

/// <summary>Problem codes that the operation itself gives.</summary>
internal sealed record AnswersWithCodes(IReadOnlyList<string> Codes);

internal sealed record AnswersWithETag;

internal sealed record TakesIfMatch(bool OrIsNew);

internal sealed record Listed;
