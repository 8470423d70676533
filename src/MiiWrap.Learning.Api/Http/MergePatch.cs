using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using FluentValidation;
using FluentValidation.Results;
using Microsoft.Net.Http.Headers;
using MiiWrap.Learning.Api.Requests;

namespace MiiWrap.Learning.Api.Http;

/// <summary>
/// JSON merge patch (RFC 7396) beside JSON on PATCH routes. In JSON null is as good as left out; in a merge patch it clears a field, and is
/// refused where the field always has a value.
/// </summary>
internal static class MergePatch
{
    public const string MediaType = "application/merge-patch+json";

    private const string Json = "application/json";

    /// <param name="clearable">The fields, with dots, that null clears.</param>
    public static RouteHandlerBuilder AlsoMergePatch<T>(this RouteHandlerBuilder route, params string[] clearable)
        where T : notnull => route.Accepts<T>(Json, MediaType).WithMetadata(new TakesMergePatch(typeof(T), clearable));

    /// <summary>Tells both formats in <c>Accept-Patch</c>, also with the refusal of another one (RFC 5789, 2.2).</summary>
    public static void UseAcceptPatch(this WebApplication app) => app.Use((context, next) =>
    {
        if (HttpMethods.IsPatch(context.Request.Method)) context.Response.OnStarting(() =>
        {
            if (context.Response.StatusCode is not (StatusCodes.Status404NotFound or StatusCodes.Status405MethodNotAllowed))
                context.Response.Headers["Accept-Patch"] = $"{Json}, {MediaType}";
            return Task.CompletedTask;
        });
        return next(context);
    });

    public static void UseMergePatch(this WebApplication app) => app.Use(async (context, next) =>
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<TakesMergePatch>() is { } takes)
        {
            if (context.Request.IsMergePatch()) await Read(context, takes);
            // To routing every +json is JSON; a list of operations (RFC 6902) would be taken for one that changes nothing.
            else if (MediaTypeHeaderValue.TryParse(context.Request.ContentType, out var type) && type.Suffix.HasValue)
                throw new BadHttpRequestException("This format of patches is not taken.", StatusCodes.Status415UnsupportedMediaType);
        }

        await next(context);
    });

    public static bool IsMergePatch(this HttpRequest request) =>
        MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
        && type.MediaType.Equals(MediaType, StringComparison.OrdinalIgnoreCase);

    /// <summary>True when a merge patch clears the field.</summary>
    public static bool Clears(this HttpContext context, string field) =>
        context.Items.TryGetValue(typeof(TakesMergePatch), out var cleared) && ((HashSet<string>)cleared!).Contains(field);

    private static async Task Read(HttpContext context, TakesMergePatch takes)
    {
        context.Request.EnableBuffering();
        var (cleared, refused) = (new HashSet<string>(), new List<string>());
        try
        {
            // In the charset in which it is bound.
            await using var json = MediaTypeHeaderValue.Parse(context.Request.ContentType).Encoding is { } encoding
                and not UTF8Encoding
                ? Encoding.CreateTranscodingStream(context.Request.Body, encoding, Encoding.UTF8, leaveOpen: true)
                : null;
            using var patch = await JsonDocument.ParseAsync(json ?? context.Request.Body, cancellationToken: context.RequestAborted);
            Walk(patch.RootElement, takes.Request, "", takes.Clearable, cleared, refused);
        }
        catch (JsonException)
        {
            // Told with its place where the body is bound.
        }

        context.Request.Body.Position = 0;
        if (refused.Count > 0) throw new ValidationException(refused.Select(field => new ValidationFailure(
            field, "This always has a value and cannot be cleared; leave it out to keep it.")));
        context.Items[typeof(TakesMergePatch)] = cleared;
    }

    /// <summary>Finds the nulls of the fields that the request has; others are ignored, as everywhere.</summary>
    private static void Walk(
        JsonElement patch, Type type, string within, IReadOnlyCollection<string> clearable, HashSet<string> cleared, List<string> refused)
    {
        if (patch.ValueKind != JsonValueKind.Object) return;
        foreach (var member in patch.EnumerateObject())
        {
            var property = type.GetProperty(NameOf(member), BindingFlags.Instance | BindingFlags.Public | BindingFlags.IgnoreCase);
            if (property is null || property.GetCustomAttribute<JsonIgnoreAttribute>() is not null
                || property.GetCustomAttribute<JsonExtensionDataAttribute>() is not null) continue;
            var field = within + JsonNamingPolicy.CamelCase.ConvertName(property.Name);
            if (member.Value.ValueKind != JsonValueKind.Null)
                Walk(member.Value, property.PropertyType, $"{field}.", clearable, cleared, refused);
            else if (clearable.Contains(field)) cleared.Add(field);
            else refused.Add(field);
        }
    }

    private static string NameOf(JsonProperty member)
    {
        try
        {
            return member.Name;
        }
        catch (InvalidOperationException)
        {
            // An escape that is half a surrogate pair: refused as it is in a value.
            throw new BadHttpRequestException(IncomingText.Unsound, new InvalidValueException(IncomingText.Unsound));
        }
    }
}

/// <summary>A PATCH that takes a merge patch too, and the fields that null clears in it.</summary>
internal sealed record TakesMergePatch(Type Request, IReadOnlyCollection<string> Clearable);
