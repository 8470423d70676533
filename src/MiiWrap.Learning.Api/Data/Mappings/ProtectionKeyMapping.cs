using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using MiiWrap.Learning.Api.Data.Entities;

namespace MiiWrap.Learning.Api.Data.Mappings;

internal sealed class ProtectionKeyMapping : IEntityTypeConfiguration<ProtectionKey>
{
    private const int LongestKey = 16_000;

    public void Configure(EntityTypeBuilder<ProtectionKey> key)
    {
        key.ToTable("ProtectionKeys");
        key.HasKey(k => k.Id);
        key.Property(k => k.Xml).HasMaxLength(LongestKey);
    }
}
