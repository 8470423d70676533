using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using FluentValidation;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Content;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Reflections;
using MiiWrap.Learning.Domain.Reflections.Privacy;

namespace MiiWrap.Learning.Api.Http;

/// <summary>Content that cannot be published: everything that is wrong with it, by file and line.</summary>
public sealed class FaultyContent : HttpValidationProblemDetails
{
    /// <summary>Left out when the request, and no content, was wrong.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<ContentFault>? Faults { get; init; }
}

/// <summary>One place in an answer, or in another text.</summary>
/// <param name="Prompt">The prompt of the answer, or the text's field.</param>
/// <param name="Span">From the first UTF-16 unit up to and without the second.</param>
public sealed record PrivacyFindingView(string Prompt, IReadOnlyList<int> Span, PrivacyKind Kind)
{
    internal static IReadOnlyList<PrivacyFindingView> Of(IReadOnlyList<PrivacyFinding> findings, bool blocking) =>
        [.. findings.Where(f => f.Blocks == blocking).Select(f => new PrivacyFindingView(f.Prompt, [f.Start, f.End], f.Kind))];
}

/// <summary>The one place where exceptions and empty answers become problem documents (RFC 9457) with stable codes.</summary>
internal sealed class Problems(IProblemDetailsService writer, ILogger<Problems> log) : IExceptionHandler
{
    // An author can mend no more than this at a time, and a hostile bundle could have millions.
    private const int MostFaults = 500;

    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (exception is OperationCanceledException && httpContext.RequestAborted.IsCancellationRequested)
        {
            httpContext.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
            return true;
        }

        var problem = Describe(exception);
        if (problem.Status >= 500)
            log.LogError(exception, "{Problem} in {Method} {Route}", problem.Extensions["code"], httpContext.Request.Method,
                httpContext.GetEndpoint()?.DisplayName);
        if (exception is StaleException { CurrentETag.Length: > 0 } stale) httpContext.Items[typeof(StaleException)] = stale.CurrentETag;
        if (exception is TooManyRequestsException limited)
            httpContext.Response.Headers.RetryAfter = limited.Seconds.ToString(CultureInfo.InvariantCulture);
        // RFC 9110, 15.5.16: by this the caller knows that the coding was wrong, and not the media type.
        if (exception is UnsupportedEncodingException)
            httpContext.Response.Headers.AcceptEncoding = UnsupportedEncodingException.Supported;
        httpContext.Response.StatusCode = problem.Status!.Value;
        await writer.WriteAsync(new() { HttpContext = httpContext, ProblemDetails = problem });
        return true;
    }

    /// <summary>
    /// The exception handler takes every caching header off at the last moment; whoever changed an older state is told the present tag
    /// after that.
    /// </summary>
    public static void UseCurrentTags(WebApplication app) => app.Use((context, next) =>
    {
        // Registered first, so it runs last. Whoever only reads is never told of a stale state.
        if (!HttpMethods.IsGet(context.Request.Method)) context.Response.OnStarting(static state =>
        {
            var http = (HttpContext)state;
            if (http.Items.TryGetValue(typeof(StaleException), out var tag)) http.Response.Headers.ETag = (string)tag!;
            return Task.CompletedTask;
        }, context);
        return next(context);
    });

    /// <summary>Completes what every problem document has, whoever wrote it.</summary>
    public static void Complete(ProblemDetailsContext context)
    {
        var problem = context.ProblemDetails;
        if (TokenRefusal.Of(context.HttpContext) is { } refusal && refusal.Status == problem.Status
            && !problem.Extensions.ContainsKey("code"))
            (problem.Extensions["code"], problem.Detail) = (refusal.Code, refusal.Detail);
        var code = problem.Extensions.TryGetValue("code", out var given) && given is string text ? text : CodeOf(problem.Status);
        problem.Extensions["code"] = code;
        // RFC 9457, 3.1.4: a problem of one type has one title.
        problem.Title = ProblemCodes.Find(code)?.Title ?? problem.Title;
        problem.Extensions["traceId"] = RequestIds.Of(context.HttpContext);
        problem.Type = TypeOf(code);
        problem.Instance = context.HttpContext.Request.Path;
        problem.Detail ??= problem.Title;
    }

    private static ProblemDetails Describe(Exception exception) => exception switch
    {
        NotFoundException e => Problem(404, e.Code, e.Message),
        ValidationException e => Invalid(e.Errors.GroupBy(f => f.PropertyName, f => f.ErrorMessage)
            .ToDictionary(g => g.Key, g => g.Distinct().ToArray())),
        UnknownQueryException e => UnknownQuery(e),
        OperationRemovedException e => Problem(410, OperationRemovedException.Code, e.Message),
        StaleException e => Problem(412, e.Code, e.Message),
        PreconditionRequiredException e => Problem(428, "precondition.required", e.Message),
        NotSignedInException e => Problem(401, e.Code, e.Message),
        TooManyRequestsException e => Problem(429, e.Code, e.Message),
        UnsupportedEncodingException e => Problem(415, "contentEncoding.unsupported", e.Message),
        PrivacyGateClosed e => Gate(e),
        RuleException e => Rule(e),
        ContentException e => Faulty(e),
        BadHttpRequestException { InnerException: InvalidValueException e } => Invalid(new() { [FieldOf(e.Path)] = [e.Message] }),
        BadHttpRequestException { StatusCode: 408 } => Problem(408, "body.tooSlow", "The body came too slowly; send it again."),
        BadHttpRequestException { StatusCode: 413 } =>
            Problem(413, "body.tooLarge", "The body is larger than this route takes."),
        BadHttpRequestException { StatusCode: 415 } =>
            Problem(415, "mediaType.unsupported", "This route does not take a body of this media type."),
        BadHttpRequestException { InnerException: JsonException e } =>
            Malformed($"The JSON cannot be read at {e.Path ?? "$"}, line {(e.LineNumber ?? 0) + 1}."),
        BadHttpRequestException { StatusCode: < 500 } e => Malformed(BindingMessages.Plain(e.Message)),
        RegexMatchTimeoutException => Problem(503, "text.check.timeout", "The text could not be looked through in time, so nothing was changed; what you saved is still there. Try again later."),
        UnreadableRowException => Problem(503, UnreadableRowException.Code,
            "A row behind this cannot be read, and without it the answer would be wrong. It was logged; who runs this server can mend it."),
        _ when exception.StorageFault() == StorageFault.Full =>
            Problem(507, "storage.full", "The database has no space left, so nothing was saved. Reading goes on; try again once there is space."),
        _ when exception.StorageFault() == StorageFault.ReadOnly =>
            Problem(503, "storage.readOnly", "The database takes no changes at present, so nothing was saved. Reading goes on; try again later."),
        _ => Problem(500, "server.error", "Something went wrong here; it has been logged under the trace id."),
    };

    private static HttpValidationProblemDetails UnknownQuery(UnknownQueryException e)
    {
        var problem = Invalid(e.Errors);
        problem.Detail = e.Message;
        problem.Extensions["code"] = "query.unknown";
        problem.Extensions["known"] = e.Known;
        return problem;
    }

    private static ProblemDetails Rule(RuleException e)
    {
        var status = e.Kind switch
        {
            RuleKind.Invalid => 422,
            RuleKind.Forbidden => 403,
            RuleKind.Gone => 410,
            _ => 409,
        };
        var problem = Problem(status, e.Code, e.Message);
        // Every 422 has errors by field; a rule about the request as a whole is told under that name.
        if (status == 422) problem.Extensions["errors"] = new Dictionary<string, string[]> { ["request"] = [e.Message] };
        foreach (var (name, value) in e.Facts) problem.Extensions[name] = value;
        return problem;
    }

    /// <summary>Tells the places and never the words.</summary>
    private static ProblemDetails Gate(PrivacyGateClosed e)
    {
        var problem = Rule(e);
        problem.Extensions["errors"] = e.Findings.Select(f => f.Prompt).Distinct().ToDictionary(p => p, _ => new[] { e.Message });
        problem.Extensions["blocked"] = PrivacyFindingView.Of(e.Findings, blocking: true);
        problem.Extensions["warnings"] = PrivacyFindingView.Of(e.Findings, blocking: false);
        return problem;
    }

    private static FaultyContent Faulty(ContentException e)
    {
        var told = $"{e.Faults.Count} {(e.Faults.Count == 1 ? "fault was" : "faults were")} found; nothing has been published.";
        return new()
        {
            Status = 422,
            Detail = told,
            Errors = new Dictionary<string, string[]> { ["bundle"] = [told] },
            Faults = [.. e.Faults.Take(MostFaults)],
            Extensions = { ["code"] = "content.faulty" },
        };
    }

    private static ProblemDetails Malformed(string detail) => Problem(400, "request.malformed", detail);

    private static HttpValidationProblemDetails Invalid(Dictionary<string, string[]> errors) => new(errors)
    {
        Status = 422,
        Detail = string.Join(" ", errors.SelectMany(e => e.Value).Take(3)),
        Extensions = { ["code"] = "request.invalid" },
    };

    private static ProblemDetails Problem(int status, string code, string detail) => new()
    {
        Status = status,
        Detail = detail,
        Extensions = { ["code"] = code },
    };

    /// <summary>The URN of a code.</summary>
    public static string TypeOf(string code) => $"urn:miiwrap-learning:problem:{code}";

    private static string FieldOf(string? path) => path is null or "$" ? "body" : path.TrimStart('$', '.');

    private static string CodeOf(int? status) => status switch
    {
        400 => "request.malformed",
        401 => "auth.required",
        403 => "role.required",
        404 => "route.notFound",
        405 => "method.notAllowed",
        413 => "body.tooLarge",
        414 => "query.tooLong",
        415 => "mediaType.unsupported",
        429 => "rate.limited",
        _ => "server.error",
    };
}

/// <summary>Writes the problem for callers who accept only other types: a wrong request for CSV is answered in words too.</summary>
internal sealed class ProblemsForAnyAccept : IProblemDetailsWriter
{
    public bool CanWrite(ProblemDetailsContext context) => true;

    public async ValueTask WriteAsync(ProblemDetailsContext context)
    {
        var problem = context.ProblemDetails;
        problem.Status ??= context.HttpContext.Response.StatusCode;
        problem.Title ??= Microsoft.AspNetCore.WebUtilities.ReasonPhrases.GetReasonPhrase(problem.Status.Value);
        Problems.Complete(context);
        await context.HttpContext.Response.WriteAsJsonAsync(
            problem, problem.GetType(), options: null, "application/problem+json", context.HttpContext.RequestAborted);
    }
}
