using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using MiiWrap.Learning.Api.Data.Entities;

namespace MiiWrap.Learning.Api.Data.Mappings;

internal abstract class PublishedContentMapping<T>(string table) : IEntityTypeConfiguration<T>
    where T : PublishedContent
{
    public void Configure(EntityTypeBuilder<T> content)
    {
        content.ToTable(table);
        content.HasKey(c => c.Id);
        content.Property(c => c.Slug).HasMaxLength(80);
        content.Property(c => c.Title).HasMaxLength(200);
        content.Property(c => c.ContentHash).HasMaxLength(64);
        content.HasIndex(c => new { c.Slug, c.Number }).IsUnique();
    }
}

internal sealed class PublishedCurriculumMapping() : PublishedContentMapping<PublishedCurriculum>("Curricula");

internal sealed class PublishedCredentialMapping() : PublishedContentMapping<PublishedCredential>("CredentialDefinitions");

internal sealed class PublishedIndicatorsMapping() : PublishedContentMapping<PublishedIndicators>("IndicatorSets");

internal sealed class PublishedInstrumentMapping() : PublishedContentMapping<PublishedInstrument>("Instruments");
