using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace MiiWrap.Learning.Api.Data.Mappings;

internal sealed class LearningEventMapping : IEntityTypeConfiguration<LearningEvent>
{
    public void Configure(EntityTypeBuilder<LearningEvent> happened)
    {
        happened.ToTable("Events");
        happened.HasKey(e => e.Id);
        happened.Property(e => e.Type).HasMaxLength(40);
        happened.Property(e => e.Data).HasMaxLength(LearningEvent.LongestData);
        happened.HasIndex(e => e.Position).IsUnique().HasFilter("[Position] IS NOT NULL");
        happened.HasIndex(e => new { e.OccurredAt, e.Number, e.Id }).HasFilter("[Position] IS NULL").HasDatabaseName("IX_Events_Unplaced");
        happened.HasIndex(e => e.OccurredAt);
    }
}
