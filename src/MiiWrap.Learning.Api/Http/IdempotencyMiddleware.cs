using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Data.Entities;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Common;

namespace MiiWrap.Learning.Api.Http;

/// <summary>
/// Gives a repeated request the answer of the first one. The record is stored in the transaction of the work itself, so that there is
/// never one without the other; an answer that is not a success is not kept.
/// </summary>
internal static class IdempotencyMiddleware
{
    private static readonly string[] KeptHeaders = ["Location", "ETag", "Content-Type", "Link"];
    private static readonly ConcurrentDictionary<(string, string), byte> Running = new();

    public static void UseIdempotency(this WebApplication app) => app.Use(async (context, next) =>
    {
        var key = context.Request.Headers[Idempotency.Header].ToString();
        if (key.Length == 0 || !HttpMethods.IsPost(context.Request.Method)
            || context.GetEndpoint()?.Metadata.GetMetadata<TakesIdempotencyKey>() is null)
        {
            await next(context);
            return;
        }

        if (key.Length is < 8 or > 128 || key.Any(c => c is < '!' or > '~'))
            throw new RuleException(
                "idempotency.key.invalid", $"{Idempotency.Header} takes 8 to 128 visible ASCII characters.", RuleKind.Invalid);
        var caller = context.RequestServices.GetRequiredService<Caller>();
        var scope = Hash(Encoding.UTF8.GetBytes($"{caller.PersonId} {context.Request.Path}"));
        if (!Running.TryAdd((scope, key), 0))
            throw InUse();
        try
        {
            await Answer(context, next, scope, key);
        }
        finally
        {
            Running.TryRemove((scope, key), out _);
        }
    });

    private static RuleException InUse() =>
        new("idempotency.key.inUse", "The first request with this key is still running; try again in a moment.");

    private static async Task Answer(HttpContext context, RequestDelegate next, string scope, string key)
    {
        var ct = context.RequestAborted;
        var db = context.RequestServices.GetRequiredService<LearningDb>();
        var now = context.RequestServices.GetRequiredService<TimeProvider>().UtcNow();
        context.Request.EnableBuffering();
        var requestHash = await HashOf(context.Request, ct);
        var real = context.Response.Body;
        var secret = context.GetEndpoint()!.Metadata.GetMetadata<SecretShownOnce>();
        byte[] answer = [];
        IdempotencyRecord record;
        bool replayed;
        try
        {
            (record, replayed) = await db.InTransactionAsync(
                async token =>
                {
                    // The same request on another node; within this one Running knows of it.
                    if (!await db.TryAcquireLockAsync($"receipt:{scope}:{key}", TimeSpan.Zero, token)) throw InUse();
                    if (await db.IdempotencyRecords.FindAsync([scope, key], token) is { } first)
                    {
                        if (first.CreatedAt > now - Idempotency.Kept) return (first, true);
                        await db.IdempotencyRecords.Where(r => r.Scope == scope && r.Key == key).ExecuteDeleteAsync(token);
                    }

                    db.ChangeTracker.Clear();
                    using var buffer = new MemoryStream();
                    context.Request.Body.Position = 0;
                    context.Response.Body = buffer;
                    await next(context);
                    answer = buffer.ToArray();
                    var record = new IdempotencyRecord
                    {
                        Scope = scope,
                        Key = key,
                        RequestHash = requestHash,
                        Status = context.Response.StatusCode,
                        Headers = JsonSerializer.Serialize(KeptHeaders.Where(context.Response.Headers.ContainsKey)
                            .ToDictionary(h => h, h => context.Response.Headers[h].ToString())),
                        Body = secret is null ? answer : Without(secret.Fields, answer),
                        CreatedAt = now,
                    };
                    db.ChangeTracker.Clear();
                    if (record.Status is < 200 or > 299) return (record, false);
                    db.Add(record);
                    await db.SaveChangesAsync(token);
                    return (record, false);
                },
                commit: r => r is { Item1.Status: >= 200 and <= 299 },
                ct);
        }
        finally
        {
            context.Response.Body = real;
        }

        if (record.RequestHash != requestHash)
            throw new RuleException(
                "idempotency.key.reused", "This key was used for another request; take a new key for a new request.", RuleKind.Invalid);
        if (replayed) Replay(context.Response, record);
        var body = replayed ? record.Body : answer;
        // A 204 has none, and the server cuts the connection of whoever writes even nothing into it.
        if (body.Length > 0) await real.WriteAsync(body, ct);
    }

    private static byte[] Without(IReadOnlyList<string> fields, byte[] answer)
    {
        if (JsonNode.Parse(answer) is not JsonObject json) return answer;
        foreach (var field in fields) json.Remove(field);
        return JsonSerializer.SerializeToUtf8Bytes(json);
    }

    private static void Replay(HttpResponse response, IdempotencyRecord record)
    {
        response.StatusCode = record.Status;
        foreach (var (name, value) in JsonSerializer.Deserialize<Dictionary<string, string>>(record.Headers)!) response.Headers[name] =
            value;
        response.Headers["Idempotency-Replayed"] = "true";
    }

    private static async Task<string> HashOf(HttpRequest request, CancellationToken ct)
    {
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        sha.AppendData(Encoding.UTF8.GetBytes($"{request.QueryString} {request.ContentType}\n"));
        var buffer = new byte[16 * 1024];
        int read;
        while ((read = await request.Body.ReadAsync(buffer, ct)) > 0) sha.AppendData(buffer, 0, read);
        return Convert.ToHexStringLower(sha.GetHashAndReset());
    }

    private static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
