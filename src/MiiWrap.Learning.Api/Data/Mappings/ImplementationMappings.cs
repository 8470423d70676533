using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using MiiWrap.Learning.Domain.Cohorts;
using MiiWrap.Learning.Domain.Implementation;

namespace MiiWrap.Learning.Api.Data.Mappings;

internal sealed class RecordedMonthMapping : IEntityTypeConfiguration<RecordedMonth>
{
    // A million, with three decimals.
    private const int Digits = 10;

    public void Configure(EntityTypeBuilder<RecordedMonth> month)
    {
        month.ToTable("IndicatorMonths");
        month.HasKey(m => m.Id);
        month.Ignore(m => m.Counts);
        month.Property(m => m.Code).HasMaxLength(Indicator.LongestCode);
        month.Property(m => m.Numerator).HasPrecision(Digits, Indicator.MeanDecimals);
        month.Property(m => m.Denominator).HasPrecision(Digits, Indicator.MeanDecimals);
        month.Property(m => m.Value).HasPrecision(Digits, Indicator.MeanDecimals);
        // Two who record the same month at once have the same number: the later one looks again.
        month.HasIndex(m => new { m.AgencyId, m.Code, m.IndicatorVersion, m.Month, m.Revision }).IsUnique();
        month.HasIndex(m => new { m.AgencyId, m.RecordedAt, m.Id });
        month.HasOne<Agency>().WithMany().HasForeignKey(m => m.AgencyId).OnDelete(DeleteBehavior.Restrict);
    }
}
