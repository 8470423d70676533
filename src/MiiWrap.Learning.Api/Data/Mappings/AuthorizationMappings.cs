using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using MiiWrap.Learning.Api.Data.Entities;
using MiiWrap.Learning.Domain.Cohorts;
using OpenIddict.EntityFrameworkCore;

namespace MiiWrap.Learning.Api.Data.Mappings;

internal sealed class ApiClientMapping : IEntityTypeConfiguration<ApiClient>
{
    private const int LongestList = 4000;

    public void Configure(EntityTypeBuilder<ApiClient> client)
    {
        new OpenIddictEntityFrameworkCoreApplicationConfiguration<ApiClient, FrontEndConsent, IssuedToken, Guid>().Configure(client);
        client.ToTable("Clients");
        client.Ignore(c => c.IsForPeople);
        // What OpenIddict could keep besides: the product has it elsewhere, or has no use for it.
        client.Ignore(c => c.ClientSecret).Ignore(c => c.DisplayName).Ignore(c => c.DisplayNames).Ignore(c => c.JsonWebKeySet)
            .Ignore(c => c.PostLogoutRedirectUris).Ignore(c => c.Properties).Ignore(c => c.Settings);
        client.Property(c => c.Kind).HasDefaultValue(ClientKind.Server);
        client.Property(c => c.Name).HasMaxLength(200);
        client.Property(c => c.Scopes).HasMaxLength(200);
        client.Property(c => c.SecretHash).HasMaxLength(64);
        client.Property(c => c.OldSecretHash).HasMaxLength(64);
        client.Property(c => c.Permissions).HasMaxLength(LongestList);
        client.Property(c => c.RedirectUris).HasMaxLength(LongestList);
        client.HasIndex(c => new { c.Name, c.Id });
        client.HasOne<Agency>().WithMany().HasForeignKey(c => c.AgencyId).OnDelete(DeleteBehavior.Restrict);
        client.HasOne<Person>().WithMany().HasForeignKey(c => c.CreatedBy).OnDelete(DeleteBehavior.Restrict);
    }
}

internal sealed class FrontEndConsentMapping : IEntityTypeConfiguration<FrontEndConsent>
{
    public void Configure(EntityTypeBuilder<FrontEndConsent> consent)
    {
        new OpenIddictEntityFrameworkCoreAuthorizationConfiguration<FrontEndConsent, ApiClient, IssuedToken, Guid>().Configure(consent);
        consent.ToTable("FrontEndConsents");
        consent.Property(c => c.Subject).HasMaxLength(ExternalLogin.LongestSubject);
        consent.HasIndex(c => new { c.Subject, c.Status, c.Type });
        consent.HasIndex(c => c.CreationDate);
    }
}

internal sealed class IssuedTokenMapping : IEntityTypeConfiguration<IssuedToken>
{
    private const int LongestType = 80;
    private const int LongestPayload = 16_000;

    public void Configure(EntityTypeBuilder<IssuedToken> token)
    {
        new OpenIddictEntityFrameworkCoreTokenConfiguration<IssuedToken, ApiClient, FrontEndConsent, Guid>().Configure(token);
        token.ToTable("IssuedTokens");
        token.Property(t => t.Subject).HasMaxLength(ExternalLogin.LongestSubject);
        token.Property(t => t.Type).HasMaxLength(LongestType);
        // A code's whole content, encrypted, for as long as the code is good.
        token.Property(t => t.Payload).HasMaxLength(LongestPayload);
        token.HasIndex(t => t.Subject);
        token.HasIndex(t => t.ExpirationDate);
    }
}

internal sealed class AuthorizationKeyMapping : IEntityTypeConfiguration<AuthorizationKey>
{
    private const int LongestSealed = 4000;

    public void Configure(EntityTypeBuilder<AuthorizationKey> key)
    {
        key.ToTable("AuthorizationKeys");
        key.HasKey(k => k.Id);
        key.Property(k => k.Sealed).HasMaxLength(LongestSealed);
    }
}
