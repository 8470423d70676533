using Microsoft.Extensions.Options;
using MiiWrap.Learning.Api.Data.Entities;
using MiiWrap.Learning.Domain.Common;
using OpenIddict.Abstractions;
using OpenIddict.Core;

namespace MiiWrap.Learning.Api.Features.Identity.FrontEnds;

/// <summary>
/// OpenIddict's applications are the programme's clients: one that has ended is not found, and a secret is judged as everywhere else, the
/// one before it included while both are good.
/// </summary>
internal sealed class ApplicationRegistry(
    IOpenIddictApplicationCache<ApiClient> cache, ILogger<ApplicationRegistry> log, IOptionsMonitor<OpenIddictCoreOptions> options,
    IOpenIddictApplicationStore<ApiClient> store, TimeProvider clock)
    : OpenIddictApplicationManager<ApiClient>(cache, log, options, store)
{
    public override async ValueTask<ApiClient?> FindByClientIdAsync(string identifier, CancellationToken cancellationToken = default) =>
        // As it was given out: what else reads as the same number names nobody, here and in what asks the table again.
        Guid.TryParse(identifier, out var id) && id.ToString() == identifier
        && await base.FindByClientIdAsync(id.ToString(), cancellationToken) is { EndedAt: null } client
            ? client : null;

    public override ValueTask<bool> ValidateClientSecretAsync(
        ApiClient application, string secret, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(application.Accepts(secret, clock.UtcNow()));
}
