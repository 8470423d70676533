using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using MiiWrap.Learning.Api.Data.Entities;
using MiiWrap.Learning.Domain.Cohorts;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Messaging;

namespace MiiWrap.Learning.Api.Data.Mappings;

internal sealed class PersonMapping : IEntityTypeConfiguration<Person>
{
    public void Configure(EntityTypeBuilder<Person> person)
    {
        person.ToTable("People");
        person.Ignore(p => p.Quiet);
        person.Ignore(p => p.NudgeChannel);
        person.Ignore(p => p.IsStandIn);
        person.Property(p => p.Name).HasMaxLength(200);
        person.Property(p => p.TimeZone).HasMaxLength(64);
        person.Property(p => p.LeaveDays).HasConversion<DayListConverter, DayListComparer>().HasMaxLength(DayListConverter.MostCharacters);
        person.Property(p => p.UserName).HasMaxLength(256);
        person.Property(p => p.Email).HasMaxLength(256);
        person.Property(p => p.PhoneNumber).HasMaxLength(32);
        person.Property(p => p.FeedbackByMail).HasDefaultValue(true);
        person.Property(p => p.SortName).HasMaxLength(SortKey.Length).HasDefaultValue("");
        person.Property(p => p.Locale).HasMaxLength(35);
        person.Property(p => p.NewEmail).HasMaxLength(256);
        person.Property(p => p.Status).HasDefaultValue(PersonStatus.Active);
        person.HasIndex(p => p.NormalizedEmail).IsUnique();
        person.HasIndex(p => new { p.SortName, p.Id });
        // A handful among all: those who hear of what nobody else can see to.
        person.HasIndex(p => new { p.IsProgramAdmin, p.Id }).HasFilter("[IsProgramAdmin]");
    }
}

internal sealed class PersonWordMapping : IEntityTypeConfiguration<PersonWord>
{
    public void Configure(EntityTypeBuilder<PersonWord> word)
    {
        word.ToTable("PersonWords");
        word.HasKey(w => new { w.Word, w.PersonId });
        word.Property(w => w.Word).HasMaxLength(PersonWord.Length);
        word.HasOne<Person>().WithMany().HasForeignKey(w => w.PersonId).OnDelete(DeleteBehavior.Cascade);
    }
}

internal sealed class StandInMapping : IEntityTypeConfiguration<StandIn>
{
    public void Configure(EntityTypeBuilder<StandIn> standIn)
    {
        standIn.ToTable("StandIns");
        standIn.HasKey(s => s.PersonId);
        standIn.HasIndex(s => new { s.StandsFor, s.AgencyId }).IsUnique();
        standIn.HasOne<Person>().WithOne().HasForeignKey<StandIn>(s => s.PersonId).OnDelete(DeleteBehavior.Restrict);
        standIn.HasOne<Person>().WithMany().HasForeignKey(s => s.StandsFor).OnDelete(DeleteBehavior.Restrict);
        standIn.HasOne<Agency>().WithMany().HasForeignKey(s => s.AgencyId).OnDelete(DeleteBehavior.Restrict);
    }
}

internal sealed class GivenAddressMapping : IEntityTypeConfiguration<GivenAddress>
{
    public void Configure(EntityTypeBuilder<GivenAddress> given)
    {
        given.ToTable("GivenAddresses");
        given.HasKey(g => new { g.PersonId, g.GivenBy });
        given.HasOne<Person>().WithMany().HasForeignKey(g => g.PersonId).OnDelete(DeleteBehavior.Cascade);
    }
}

internal sealed class SignInSessionMapping : IEntityTypeConfiguration<SignInSession>
{
    public void Configure(EntityTypeBuilder<SignInSession> session)
    {
        session.ToTable("SignInSessions");
        session.HasKey(s => s.Id);
        session.Property(s => s.Device).HasMaxLength(60);
        session.HasIndex(s => s.ExpiresAt);
        session.HasIndex(s => new { s.PersonId, s.RefreshedAt, s.Id });
        session.HasIndex(s => s.ClientId).HasFilter("[ClientId] IS NOT NULL");
        session.HasOne<Person>().WithMany().HasForeignKey(s => s.PersonId).OnDelete(DeleteBehavior.Cascade);
    }
}

internal sealed class SecondFactorMapping : IEntityTypeConfiguration<SecondFactor>
{
    public void Configure(EntityTypeBuilder<SecondFactor> factor)
    {
        factor.ToTable("SecondFactors");
        factor.HasKey(f => f.PersonId);
        factor.Property(f => f.ResetReason).HasMaxLength(SecondFactor.LongestReason);
        factor.HasIndex(f => f.ResetBy);
        factor.HasOne<Person>().WithOne().HasForeignKey<SecondFactor>(f => f.PersonId).OnDelete(DeleteBehavior.Cascade);
    }
}

internal sealed class SignInFailuresMapping : IEntityTypeConfiguration<SignInFailures>
{
    public void Configure(EntityTypeBuilder<SignInFailures> failures)
    {
        failures.ToTable("SignInFailures");
        failures.HasKey(f => f.Key);
        failures.Property(f => f.Key).HasMaxLength(Secret.HashLength);
        failures.HasIndex(f => f.ForgottenAt);
    }
}

internal sealed class ExternalLoginMapping : IEntityTypeConfiguration<ExternalLogin>
{
    public void Configure(EntityTypeBuilder<ExternalLogin> signIn)
    {
        signIn.ToTable("OutsideSignIns");
        signIn.HasKey(s => s.Key);
        signIn.Property(s => s.Key).HasMaxLength(64);
        signIn.Property(s => s.Subject).HasMaxLength(ExternalLogin.LongestSubject);
        // An address that the provider gives to someone else must not bring them into the account of the one before.
        signIn.HasIndex(s => new { s.PersonId, s.Issuer }).IsUnique();
        signIn.HasOne<Person>().WithMany().HasForeignKey(s => s.PersonId).OnDelete(DeleteBehavior.Cascade);
    }
}

internal sealed class OutboundMailMapping : IEntityTypeConfiguration<OutboundMail>
{
    public void Configure(EntityTypeBuilder<OutboundMail> mail)
    {
        mail.ToTable("OutboundMails");
        mail.HasKey(m => m.Id);
        mail.Property(m => m.TraceParent).HasMaxLength(55);
        mail.Ignore(m => m.IsPending);
        mail.Ignore(m => m.TellsOfMoment);
        mail.Property(m => m.Address).HasMaxLength(256);
        mail.HasIndex(m => m.LeaseUntil).HasFilter("[SentAt] IS NULL AND [FailedAt] IS NULL");
        mail.HasIndex(m => new { m.PersonId, m.CreatedAt });
        mail.HasIndex(m => m.CreatedAt);
        mail.ListedByState();
        mail.HasOne<Person>().WithMany().HasForeignKey(m => m.PersonId).OnDelete(DeleteBehavior.Cascade);
    }
}

internal sealed class AccountTokenMapping : IEntityTypeConfiguration<AccountToken>
{
    public void Configure(EntityTypeBuilder<AccountToken> token)
    {
        token.ToTable("MailedTokens");
        token.HasKey(t => t.Id);
        token.Property(t => t.Hash).HasMaxLength(64);
        token.Property(t => t.Address).HasMaxLength(256);
        token.HasIndex(t => t.Hash).IsUnique();
        token.HasIndex(t => t.ExpiresAt);
        token.HasOne<Person>().WithMany().HasForeignKey(t => t.PersonId).OnDelete(DeleteBehavior.Cascade);
    }
}

internal sealed class AgencyMapping : IEntityTypeConfiguration<Agency>
{
    public void Configure(EntityTypeBuilder<Agency> agency)
    {
        agency.ToTable("Agencies");
        agency.HasKey(a => a.Id);
        agency.Property(a => a.ClosedDays).HasConversion<DayListConverter, DayListComparer>().HasMaxLength(DayListConverter.MostCharacters);
        agency.Property(a => a.Name).HasMaxLength(200);
        agency.Property(a => a.SortName).HasMaxLength(SortKey.Length).HasDefaultValue("");
        agency.Property(a => a.UniqueSortName).HasMaxLength(SortKey.Length);
        agency.HasIndex(a => new { a.SortName, a.Id });
        agency.HasIndex(a => a.UniqueSortName).IsUnique();
        agency.Property(a => a.DeniedWords).HasJson(Stored.TextLength);
    }
}

internal sealed class AgencyMemberMapping : IEntityTypeConfiguration<AgencyMember>
{
    public void Configure(EntityTypeBuilder<AgencyMember> member)
    {
        member.ToTable("AgencyMembers");
        member.HasKey(m => new { m.AgencyId, m.PersonId, m.Role });
        member.HasIndex(m => m.PersonId);
        member.HasOne<Agency>().WithMany().HasForeignKey(m => m.AgencyId).OnDelete(DeleteBehavior.Restrict);
        member.HasOne<Person>().WithMany().HasForeignKey(m => m.PersonId).OnDelete(DeleteBehavior.Restrict);
    }
}

internal sealed class CalendarFeedMapping : IEntityTypeConfiguration<CalendarFeed>
{
    public void Configure(EntityTypeBuilder<CalendarFeed> feed)
    {
        feed.ToTable("CalendarFeeds");
        feed.HasKey(f => f.PersonId);
        feed.Property(f => f.Hash).HasMaxLength(64);
        feed.HasIndex(f => f.Hash).IsUnique();
        feed.HasOne<Person>().WithOne().HasForeignKey<CalendarFeed>(f => f.PersonId).OnDelete(DeleteBehavior.Cascade);
    }
}

internal static class MailIndexes
{
    /// <summary>What programme admins look through: mails that were given up, and mails that wait, newest first.</summary>
    public static void ListedByState<T>(this EntityTypeBuilder<T> mail)
        where T : MailMessage
    {
        mail.Property(m => m.Fault).HasMaxLength(MailMessage.LongestFault);
        // What was needless has ended too, and has no fault.
        mail.HasIndex(m => new { m.FailedAt, m.Id }).HasFilter("[FailedAt] IS NOT NULL AND [Fault] IS NOT NULL");
        mail.HasIndex(m => new { m.CreatedAt, m.Id }).HasFilter("[SentAt] IS NULL AND [FailedAt] IS NULL");
    }
}
