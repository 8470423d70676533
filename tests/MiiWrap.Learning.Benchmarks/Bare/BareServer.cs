using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace MiiWrap.Learning.Benchmarks.Bare;

/// <summary>
/// The floor: Kestrel and one switch over the path. No routing, no sign-in, no middleware, no logging; every request does the least that
/// could work on the same rows and answers with the same bytes.
/// </summary>
internal static class BareServer
{
    // As ASP.NET Core writes its answers.
    private static readonly JsonWriterOptions Options =
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    public static async Task Run(string folder, int port)
    {
        using var store = new Store(Path.Combine(folder, World.File), folder);
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(k => k.AddServerHeader = false);
        var app = builder.Build();
        app.Urls.Add($"http://127.0.0.1:{port}");
        app.Run(http => Answer(http, store));
        await app.RunAsync();
    }

    private static Task Answer(HttpContext http, Store store)
    {
        var path = http.Request.Path.Value!;
        return path.AsSpan(1, path.AsSpan(1).IndexOf('/') is var slash and > 0 ? slash : path.Length - 1) switch
        {
            "ready" => Task.CompletedTask,
            "unit" => GetUnit(http, store, path),
            "journey" => ReadJourney(http, store, path),
            "token" => CheckToken(http, store, path),
            "draft" => SaveDraft(http, store, path),
            "complete" => Complete(http, store, path),
            "submit" => Submit(http, store, path),
            "publish" => Publish(http, store, path),
            "transfer" => ReadTransfer(http, store, path),
            _ => NotFound(http),
        };
    }

    // /unit/{enrolment}/{slug}
    private static Task GetUnit(HttpContext http, Store store, string path)
    {
        var page = store.Unit(path.Substring("/unit/".Length, 36), path["/unit/".Length..].Substring(37));
        if (page is not var (unit, etag)) return NotFound(http);
        http.Response.Headers.ETag = etag;
        if (http.Request.Headers.IfNoneMatch == etag)
        {
            http.Response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }

        return Write(http, unit, Shapes.Default.Unit);
    }

    // /journey/{enrolment}
    private static Task ReadJourney(HttpContext http, Store store, string path) =>
        store.Journey(path.Substring("/journey/".Length, 36)) is { } journey
        ? Write(http, journey, Shapes.Default.Journey)
        : NotFound(http);

    // /token/{person}/{signature}
    private static Task CheckToken(HttpContext http, Store store, string path)
    {
        if (!store.IsSigned(path.Substring("/token/".Length, 36), path.AsSpan("/token/".Length + 37))) return NotFound(http);
        http.Response.ContentType = "application/json; charset=utf-8";
        return http.Response.Body.WriteAsync(store.Preferences).AsTask();
    }

    // /complete/{enrolment}/{slug}
    private static async Task Complete(HttpContext http, Store store, string path)
    {
        var completion = await JsonSerializer.DeserializeAsync(http.Request.Body, Shapes.Default.Completion);
        var completed = await store.Complete(
            path.Substring("/complete/".Length, 36), path["/complete/".Length..].Substring(37), completion!.IfThen);
        await (completed is null ? NotFound(http) : Write(http, completed, Shapes.Default.Completed));
    }

    // /submit/{reflection}
    private static async Task Submit(HttpContext http, Store store, string path)
    {
        var submission = await JsonSerializer.DeserializeAsync(http.Request.Body, Shapes.Default.Submission);
        var receipt = await store.Submit(path.Substring("/submit/".Length, 36), submission!.DraftETag);
        http.Response.StatusCode = StatusCodes.Status201Created;
        await (receipt is null ? NotFound(http) : Write(http, receipt, Shapes.Default.SubmittedRevision));
    }

    // /publish/{revision}/{reviewer}
    private static async Task Publish(HttpContext http, Store store, string path)
    {
        var published = await store.Publish(path.Substring("/publish/".Length, 36), path["/publish/".Length..].Substring(37));
        await (published is null ? NotFound(http) : Write(http, published, Shapes.Default.Published));
    }

    // /transfer/{cohort}
    private static Task ReadTransfer(HttpContext http, Store store, string path) =>
        store.Transfer(path["/transfer/".Length..]) is { } report ? Write(http, report, Shapes.Default.TransferReport) : NotFound(http);

    // /draft/{reflection}
    private static async Task SaveDraft(HttpContext http, Store store, string path)
    {
        var draft = await JsonSerializer.DeserializeAsync(http.Request.Body, Shapes.Default.DraftToSave);
        if (await store.Save(path.Substring("/draft/".Length, 36), $"{http.Request.Headers.IfMatch}", draft!.Answers) is not { } saved)
        {
            http.Response.StatusCode = StatusCodes.Status412PreconditionFailed;
            return;
        }

        http.Response.Headers.ETag = saved.Etag;
        await Write(http, saved, Shapes.Default.SavedDraft);
    }

    private static async Task Write<T>(HttpContext http, T value, JsonTypeInfo<T> shape)
    {
        http.Response.ContentType = "application/json; charset=utf-8";
        var writer = http.Response.BodyWriter;
        using (var json = new Utf8JsonWriter(writer, Options)) JsonSerializer.Serialize(json, value, shape);
        await writer.FlushAsync();
    }

    private static Task NotFound(HttpContext http)
    {
        http.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }
}
