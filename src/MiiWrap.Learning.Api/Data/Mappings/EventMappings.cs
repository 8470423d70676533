using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using MiiWrap.Learning.Api.Data.Entities;
using MiiWrap.Learning.Domain.Messaging;

namespace MiiWrap.Learning.Api.Data.Mappings;

internal sealed class IntegrationEventMapping : IEntityTypeConfiguration<IntegrationEvent>
{
    public void Configure(EntityTypeBuilder<IntegrationEvent> happened)
    {
        happened.ToTable("Events");
        happened.HasKey(e => e.Id);
        happened.Property(e => e.SequenceNumber).HasColumnName("Position");
        happened.Property(e => e.Type).HasMaxLength(40);
        happened.Property(e => e.Data).HasMaxLength(IntegrationEvent.LongestData);
        happened.HasIndex(e => e.SequenceNumber).IsUnique().HasFilter("[Position] IS NOT NULL").HasDatabaseName("IX_Events_Position");
        happened.HasIndex(e => new { e.OccurredAt, e.Number, e.Id }).HasFilter("[Position] IS NULL").HasDatabaseName("IX_Events_Unplaced");
        happened.HasIndex(e => e.OccurredAt);
    }
}

internal sealed class WebhookMapping : IEntityTypeConfiguration<Webhook>
{
    private const int LongestSecret = 1000;

    public void Configure(EntityTypeBuilder<Webhook> webhook)
    {
        webhook.ToTable("Webhooks");
        webhook.HasKey(w => w.Id);
        webhook.Ignore(w => w.IsActive);
        webhook.Property(w => w.Url).HasMaxLength(Webhook.LongestUrl);
        webhook.Property(w => w.Events).HasJson(LearningDb.DefaultLength);
        webhook.Property(w => w.Secret).HasMaxLength(LongestSecret);
        webhook.Property(w => w.OldSecret).HasMaxLength(LongestSecret);
        webhook.Property(w => w.DeactivatedBecause).HasMaxLength(40);
        webhook.HasIndex(w => new { w.CreatedAt, w.Id });
        webhook.HasOne<Person>().WithMany().HasForeignKey(w => w.OwnerId).OnDelete(DeleteBehavior.Restrict);
    }
}

internal sealed class WebhookDeliveryMapping : IEntityTypeConfiguration<WebhookDelivery>
{
    public void Configure(EntityTypeBuilder<WebhookDelivery> delivery)
    {
        delivery.ToTable("WebhookDeliveries");
        delivery.HasKey(d => d.Id);
        delivery.Property(d => d.Type).HasMaxLength(40);
        delivery.Property(d => d.Outcome).HasMaxLength(80);
        delivery.Property(d => d.LeaseUntil).HasColumnName("DueAt");
        delivery.HasIndex(d => new { d.WebhookId, d.LeaseUntil, d.Id }).HasFilter("[Status] = 'Pending'")
            .HasDatabaseName("IX_WebhookDeliveries_Due");
        delivery.HasIndex(d => new { d.WebhookId, d.CreatedAt, d.Id });
        delivery.HasIndex(d => d.EventId);
        delivery.HasOne<Webhook>().WithMany().HasForeignKey(d => d.WebhookId).OnDelete(DeleteBehavior.Cascade);
        // With its event goes what was left to send of it.
        delivery.HasOne<IntegrationEvent>().WithMany().HasForeignKey(d => d.EventId).OnDelete(DeleteBehavior.Cascade);
    }
}
