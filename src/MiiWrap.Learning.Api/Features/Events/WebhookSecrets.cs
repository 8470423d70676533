using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.DataProtection;
using MiiWrap.Learning.Domain.Messaging;

namespace MiiWrap.Learning.Api.Features.Events;

/// <summary>Makes the secrets of webhooks, keeps them protected, and signs with them as the Standard Webhooks specification says.</summary>
internal sealed class WebhookSecrets(IDataProtectionProvider protection)
{
    private const string Prefix = "whsec_";
    private readonly IDataProtector protector = protection.CreateProtector("MiiWrap.Learning.Webhooks.v1");

    /// <summary>A new secret as it is shown once, and as it is stored.</summary>
    public (string Shown, string Stored) Make()
    {
        var bytes = RandomNumberGenerator.GetBytes(32);
        return (Prefix + Convert.ToBase64String(bytes), Convert.ToBase64String(protector.Protect(bytes)));
    }

    /// <summary>
    /// The signed headers of one try; during a rotation it is signed twice, and the receiver takes whichever it can verify.
    /// </summary>
    public Dictionary<string, string> Sign(Webhook webhook, Guid messageId, byte[] body, DateTime now)
    {
        var timestamp = new DateTimeOffset(now).ToUnixTimeSeconds();
        byte[] signed = [.. Encoding.UTF8.GetBytes($"{messageId}.{timestamp}."), .. body];
        return new()
        {
            ["webhook-id"] = messageId.ToString(),
            ["webhook-timestamp"] = timestamp.ToString(),
            ["webhook-signature"] = string.Join(' ', webhook.SecretsAt(now)
                .Select(s =>
                    $"v1,{Convert.ToBase64String(HMACSHA256.HashData(protector.Unprotect(Convert.FromBase64String(s)), signed))}")),
        };
    }
}
