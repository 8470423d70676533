using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using MiiWrap.Learning.Api.Data.Entities;
using MiiWrap.Learning.Domain.Cohorts;
using MiiWrap.Learning.Domain.Credentials;
using MiiWrap.Learning.Domain.Enrolments;

namespace MiiWrap.Learning.Api.Data.Mappings;

internal sealed class CredentialMapping : IEntityTypeConfiguration<Credential>
{
    private const int TokenLength = 22;
    private const string Current = "[State] IN ('Offered', 'Active', 'Expired')";

    public void Configure(EntityTypeBuilder<Credential> credential)
    {
        credential.ToTable("Credentials");
        credential.HasKey(c => c.Id);
        credential.Ignore(c => c.Period);
        credential.Property(c => c.Code).HasMaxLength(CredentialDefinition.LongestCode);
        credential.Property(c => c.Title).HasMaxLength(CredentialDefinition.LongestTitle);
        credential.Property(c => c.PageToken).HasMaxLength(TokenLength);
        credential.HasIndex(c => c.PageToken).IsUnique();
        // Of two who issue the same one at once, one loses.
        credential.HasIndex(c => new { c.PersonId, c.Code }).IsUnique().HasFilter(Current).HasDatabaseName("IX_Credentials_Current");
        credential.HasIndex(c => new { c.PersonId, c.OfferedAt, c.Id });
        credential.HasIndex(c => c.EnrolmentId);
        credential.HasIndex(c => new { c.OfferedAt, c.Id });
        credential.HasIndex(c => new { c.Code, c.OfferedAt, c.Id });
        credential.HasIndex(c => new { c.AgencyId, c.OfferedAt, c.Id }).HasFilter("[AgencyId] IS NOT NULL");
        // What may end by itself, and nothing else.
        credential.HasIndex(c => c.ValidUntil).HasFilter("[ValidUntil] IS NOT NULL AND [State] IN ('Active', 'Expired')")
            .HasDatabaseName("IX_Credentials_Ending");
        credential.HasOne<Person>().WithMany().HasForeignKey(c => c.PersonId).OnDelete(DeleteBehavior.Restrict);
        credential.HasOne<Enrolment>().WithMany().HasForeignKey(c => c.EnrolmentId).OnDelete(DeleteBehavior.Restrict);
        credential.HasOne<Agency>().WithMany().HasForeignKey(c => c.AgencyId).OnDelete(DeleteBehavior.Restrict);
        credential.HasMany(c => c.Periods).WithOne().HasForeignKey(p => p.CredentialId).OnDelete(DeleteBehavior.Restrict);
    }
}

internal sealed class CredentialPeriodMapping : IEntityTypeConfiguration<CredentialPeriod>
{
    private const int SaltLength = 22;

    /// <summary>A signed badge of the longest title and criteria, in base64url.</summary>
    private const int BadgeLength = 32_000;

    public void Configure(EntityTypeBuilder<CredentialPeriod> period)
    {
        period.ToTable("CredentialPeriods");
        period.HasKey(p => p.Id);
        period.Property(p => p.Evidence).HasJson(Stored.TextLength);
        period.Property(p => p.Salt).HasMaxLength(SaltLength);
        period.Property(p => p.Badge).HasMaxLength(BadgeLength);
        // Of two who renew at once, one loses.
        period.HasIndex(p => new { p.CredentialId, p.Number }).IsUnique();
        // A place that was taken is never given again: whoever drew it too draws another.
        period.HasIndex(p => new { p.StatusList, p.StatusIndex }).IsUnique().HasFilter("[StatusIndex] IS NOT NULL");
        // The bits of a list, and nothing else.
        period.HasIndex(p => p.StatusList).HasFilter("[RevokedAt] IS NOT NULL AND [StatusIndex] IS NOT NULL")
            .HasDatabaseName("IX_CredentialPeriods_Revoked");
    }
}

internal sealed class BadgeKeyMapping : IEntityTypeConfiguration<BadgeKey>
{
    private const int ThumbprintLength = 43;
    private const int LongestJwk = 2_000;
    private const int LongestSealed = 8_000;

    public void Configure(EntityTypeBuilder<BadgeKey> key)
    {
        key.ToTable("BadgeKeys");
        key.HasKey(k => k.Thumbprint);
        key.Property(k => k.Thumbprint).HasMaxLength(ThumbprintLength);
        key.Property(k => k.PublicJwk).HasMaxLength(LongestJwk);
        key.Property(k => k.Sealed).HasMaxLength(LongestSealed);
    }
}

internal sealed class BadgeBaseMapping : IEntityTypeConfiguration<BadgeBase>
{
    public void Configure(EntityTypeBuilder<BadgeBase> address)
    {
        address.ToTable("BadgeBases");
        address.HasKey(a => a.Id);
        address.Property(a => a.Id).ValueGeneratedNever();
        address.Property(a => a.Url).HasMaxLength(LongestUrl);
    }

    private const int LongestUrl = 2_000;
}
