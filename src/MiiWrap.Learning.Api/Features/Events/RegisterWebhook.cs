using System.Net;
using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Configuration;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Messaging;

namespace MiiWrap.Learning.Api.Features.Events;

/// <summary>
/// Has events sent to an address from now on, signed by the Standard Webhooks specification; the secret is shown this once.
/// </summary>
/// <param name="Url" example="https://lms.example.org/hooks/learning">
/// An https address on the public internet; redirects are not followed.
/// </param>
/// <param name="Events" example="[&quot;unit.completed&quot;, &quot;enrolment.completed&quot;]">The types to send.</param>
public sealed record RegisterWebhook(string Url, IReadOnlyList<string> Events) : ICommand<NewWebhook>;

/// <summary>
/// A webhook with its secret, which is never shown again: a repeated request under the same Idempotency-Key gives the answer without it.
/// </summary>
/// <param name="Secret">Starts with whsec_; libraries for Standard Webhooks take it as it is.</param>
public sealed record NewWebhook(Guid Id, string Url, IReadOnlyList<string> Events, string? Secret);

internal sealed class RegisterWebhookValidator : AbstractValidator<RegisterWebhook>
{
    public RegisterWebhookValidator(Settings settings)
    {
        var anywhere = settings.WebhooksReachPrivateNetworks;
        RuleFor(x => x.Url).Cascade(CascadeMode.Stop).NotEmpty().MaximumLength(Webhook.LongestUrl)
            .Must(u => Uri.TryCreate(u, UriKind.Absolute, out var url) && WebAddresses.IsReachable(url)
                && (url.Scheme == Uri.UriSchemeHttps || (anywhere && url.Scheme == Uri.UriSchemeHttp))
                && url.AbsoluteUri.Length <= Webhook.LongestUrl)
            .WithMessage(anywhere ? "This must be an http or https address." : "This must be an https address.")
            .Must(u => new Uri(u).UserInfo.Length == 0).WithMessage("The address must not carry a name or a password.")
            .Must(u => anywhere || MayBePublic(new Uri(u).IdnHost)).WithMessage("This is not an address on the public internet.");
        RuleFor(x => x.Events).NotEmpty().Must(e => e is null || e.All(EventTypes.All.Contains))
            .WithMessage($"These must be some of {string.Join(", ", EventTypes.All)}.");
    }

    /// <summary>A name is looked up when something is sent, each time anew; this machine's own (RFC 6761, 6.3) is never public.</summary>
    private static bool MayBePublic(string host) => IPAddress.TryParse(host, out var address)
        ? PublicAddresses.Contains(address)
        : !$".{host.TrimEnd('.')}".EndsWith(".localhost", StringComparison.OrdinalIgnoreCase);
}

internal sealed class RegisterWebhookHandler(LearningDb db, Caller caller, WebhookSecrets secrets, SecurityLog log, TimeProvider clock)
    : IRequestHandler<RegisterWebhook, NewWebhook>
{
    public async Task<NewWebhook> Handle(RegisterWebhook request, CancellationToken cancellationToken)
    {
        caller.MustManageWebhooks();
        if (await db.Webhooks.CountAsync(cancellationToken) >= Webhook.Most)
            throw new RuleException("webhook.limit", $"There are {Webhook.Most} webhooks already; delete one that is not needed.");
        var (shown, stored) = secrets.Make();
        var webhook = Webhook.Register(caller.PersonId, new Uri(request.Url), request.Events, stored, clock.UtcNow());
        db.Add(webhook);
        await db.SaveChangesAsync(cancellationToken);
        log.WebhookMade(webhook.Id, caller.PersonId);
        return new(webhook.Id, webhook.Url, webhook.Events, shown);
    }
}
