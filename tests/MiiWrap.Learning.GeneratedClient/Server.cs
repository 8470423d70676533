using Microsoft.Kiota.Abstractions.Authentication;
using Microsoft.Kiota.Http.HttpClientLibrary;
using MiiWrap.Learning.Client;

namespace MiiWrap.Learning.GeneratedClient;

/// <summary>A running program, to sign in to.</summary>
internal sealed class Server(Uri address)
{
    public async Task<LearningClient> SignIn(string email, string password)
    {
        var anybody = As(new AnonymousAuthenticationProvider());
        var tokens = await anybody.V1.Identity.Login.PostAsync(new() { Email = email, Password = password });
        return As(new BaseBearerTokenAuthenticationProvider(new SignedIn(tokens.Given().AccessToken.Given())));
    }

    private LearningClient As(IAuthenticationProvider caller) => new(new HttpClientRequestAdapter(caller) { BaseUrl = address.ToString() });

    private sealed class SignedIn(string accessToken) : IAccessTokenProvider
    {
        public AllowedHostsValidator AllowedHostsValidator { get; } = new();

        public Task<string> GetAuthorizationTokenAsync(
            Uri uri, Dictionary<string, object>? additionalAuthenticationContext = null, CancellationToken cancellationToken = default) =>
            Task.FromResult(accessToken);
    }
}
