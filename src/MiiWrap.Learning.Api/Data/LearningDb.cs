using System.Diagnostics;
using MediatR;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Storage;
using MiiWrap.Learning.Api.Data.Entities;
using MiiWrap.Learning.Api.Data.Mappings;
using MiiWrap.Learning.Domain.Coaching;
using MiiWrap.Learning.Domain.Cohorts;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Credentials;
using MiiWrap.Learning.Domain.Enrolments;
using MiiWrap.Learning.Domain.Fidelity;
using MiiWrap.Learning.Domain.FollowUps;
using MiiWrap.Learning.Domain.Implementation;
using MiiWrap.Learning.Domain.Messaging;
using MiiWrap.Learning.Domain.Nudges;
using MiiWrap.Learning.Domain.Reflections;
using MiiWrap.Learning.Domain.Transfer;

namespace MiiWrap.Learning.Api.Data;

/// <summary>The tables, alike on both databases; each provider has a small heir with migrations of its own.</summary>
public abstract class LearningDb(DbContextOptions options) : IdentityUserContext<Person, Guid>(options)
{
    /// <summary>Strings are bounded unless a mapping says otherwise: an unbounded column cannot be indexed on SQL Server.</summary>
    public const int DefaultLength = 400;

    // Writers queue, so each round at least one of them gets through; forty at once is the most that the tests race.
    private const int MostTries = 50;

    public DbSet<Agency> Agencies => Set<Agency>();

    public DbSet<AgencyMember> AgencyMembers => Set<AgencyMember>();

    public DbSet<PersonWord> PersonWords => Set<PersonWord>();

    public DbSet<StandIn> StandIns => Set<StandIn>();

    public DbSet<GivenAddress> GivenAddresses => Set<GivenAddress>();

    public DbSet<Cohort> Cohorts => Set<Cohort>();

    public DbSet<CohortMember> CohortMembers => Set<CohortMember>();

    public DbSet<Enrolment> Enrolments => Set<Enrolment>();

    public DbSet<ModuleOpening> ModuleOpenings => Set<ModuleOpening>();

    public DbSet<UnitProgress> UnitProgress => Set<UnitProgress>();

    public DbSet<TransferOpportunity> Opportunities => Set<TransferOpportunity>();

    public DbSet<Nudge> Nudges => Set<Nudge>();

    /// <summary>The nudges that ask about units; those of action items stand beside their items.</summary>
    public IQueryable<Nudge> UnitNudges => Nudges.Where(n => n.OpportunityId != null);

    public DbSet<FollowUp> FollowUps => Set<FollowUp>();

    public DbSet<NudgeMessage> NudgeMessages => Set<NudgeMessage>();

    public DbSet<Reflection> Reflections => Set<Reflection>();

    public DbSet<ReflectionRevision> Revisions => Set<ReflectionRevision>();

    public DbSet<Review> Reviews => Set<Review>();

    public DbSet<AccessLogEntry> AccessLog => Set<AccessLogEntry>();

    public DbSet<NoteAccess> NoteAccess => Set<NoteAccess>();

    public DbSet<ReaderAppointment> ReaderAppointments => Set<ReaderAppointment>();

    public DbSet<LearnerMove> LearnerMoves => Set<LearnerMove>();

    public DbSet<ReflectionMessage> ReflectionMessages => Set<ReflectionMessage>();

    public DbSet<Redaction> Redactions => Set<Redaction>();

    public DbSet<RetentionRecord> RetentionRecords => Set<RetentionRecord>();

    public DbSet<BreakGlass> BrokenGlass => Set<BreakGlass>();

    public DbSet<CoachingRelationship> CoachingRelationships => Set<CoachingRelationship>();

    public DbSet<CoachingSession> CoachingSessions => Set<CoachingSession>();

    public DbSet<SessionParticipant> SessionParticipants => Set<SessionParticipant>();

    public DbSet<ActionItem> ActionItems => Set<ActionItem>();

    public DbSet<SessionText> SessionTexts => Set<SessionText>();

    public DbSet<FidelityReview> FidelityReviews => Set<FidelityReview>();

    public DbSet<InterRaterPair> RaterPairs => Set<InterRaterPair>();

    public DbSet<AgencyRater> AgencyRaters => Set<AgencyRater>();

    public DbSet<RaterAppointment> RaterAppointments => Set<RaterAppointment>();

    public DbSet<RaterCalibration> RaterCalibrations => Set<RaterCalibration>();

    public DbSet<FidelityReading> FidelityReadings => Set<FidelityReading>();

    public DbSet<PublishedCurriculum> Curricula => Set<PublishedCurriculum>();

    public DbSet<PublishedIndicators> IndicatorSets => Set<PublishedIndicators>();

    public DbSet<RecordedMonth> RecordedMonths => Set<RecordedMonth>();

    public DbSet<PublishedInstrument> Instruments => Set<PublishedInstrument>();

    public DbSet<PublishedCredential> CredentialDefinitions => Set<PublishedCredential>();

    public DbSet<Credential> Credentials => Set<Credential>();

    public DbSet<CredentialPeriod> CredentialPeriods => Set<CredentialPeriod>();

    public DbSet<BadgeKey> BadgeKeys => Set<BadgeKey>();

    public DbSet<BadgeBase> BadgeBases => Set<BadgeBase>();

    public DbSet<IntegrationEvent> IntegrationEvents => Set<IntegrationEvent>();

    public DbSet<Webhook> Webhooks => Set<Webhook>();

    public DbSet<WebhookDelivery> WebhookDeliveries => Set<WebhookDelivery>();

    public DbSet<CalendarFeed> CalendarFeeds => Set<CalendarFeed>();

    public DbSet<IdempotencyRecord> IdempotencyRecords => Set<IdempotencyRecord>();

    public DbSet<SignInSession> Sessions => Set<SignInSession>();

    public DbSet<SignInFailures> SignInFailures => Set<SignInFailures>();

    public DbSet<SecondFactor> SecondFactors => Set<SecondFactor>();

    public DbSet<ExternalLogin> ExternalLogins => Set<ExternalLogin>();

    public DbSet<ApiClient> Clients => Set<ApiClient>();

    public DbSet<FrontEndConsent> Consents => Set<FrontEndConsent>();

    public DbSet<IssuedToken> IssuedTokens => Set<IssuedToken>();

    public DbSet<OutboundMail> OutboundMails => Set<OutboundMail>();

    public DbSet<AccountToken> AccountTokens => Set<AccountToken>();

    private readonly HashSet<Guid> uncommittedCohorts = [];
    private readonly List<IDomainEvent> uncommittedEvents = [];
    private IMediator? mediator;
    private CohortVersions? changes;
    private EventCommittedSignal? news;
    private ILogger? log;
    private TimeProvider? clock;
    private bool tells;

    /// <summary>
    /// Binds a pooled context to the scope that rents it; what the scope before left uncommitted is dropped.
    /// </summary>
    internal LearningDb LeaseTo(IServiceProvider scope)
    {
        mediator = scope.GetRequiredService<IMediator>();
        changes = scope.GetRequiredService<CohortVersions>();
        news = scope.GetRequiredService<EventCommittedSignal>();
        log = scope.GetRequiredService<ILogger<LearningDb>>();
        clock = scope.GetRequiredService<TimeProvider>();
        DropUncommitted();
        return this;
    }

    /// <summary>
    /// Adds to the transactional outbox: the event is saved with the change itself, and neither is ever there without the other.
    /// </summary>
    public void AddIntegrationEvent(string type, object data, DateTime at)
    {
        Add(IntegrationEvent.Of(type, data, at));
        tells = true;
    }

    /// <summary>True when the error is a lost race for a unique key.</summary>
    public abstract bool IsUniqueViolation(DbUpdateException error);

    /// <summary>True when the error is a foreign key without its row, which another writer has deleted since it was read.</summary>
    protected abstract bool IsForeignKeyViolation(DbUpdateException error);

    /// <summary>
    /// True when another writer was quicker: it changed the row, took the key, or deleted what this one refers to. On fresh rows the same
    /// work succeeds, or finds the rule that now refuses it.
    /// </summary>
    public bool IsLostRace(DbUpdateException error) =>
        error is DbUpdateConcurrencyException || IsUniqueViolation(error) || IsForeignKeyViolation(error);

    /// <summary>Runs the work again, on fresh rows, as long as it loses a race; a race that is lost each time is its error.</summary>
    public async Task<T> RetryLostRacesAsync<T>(Func<Task<T>> work)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await work();
            }
            catch (DbUpdateException e) when (attempt < MostTries && IsLostRace(e))
            {
                ChangeTracker.Clear();
            }
        }
    }

    /// <summary>A write transaction: it waits its turn instead of failing when another writer is at work.</summary>
    public virtual Task<IDbContextTransaction> BeginWriteAsync(CancellationToken ct) => Database.BeginTransactionAsync(ct);

    /// <summary>
    /// Tries to take a named lock for the rest of this write transaction; false when another transaction has had it all through the wait.
    /// </summary>
    /// <remarks>No-op on SQLite, where a write transaction excludes every other.</remarks>
    public virtual Task<bool> TryAcquireLockAsync(string name, TimeSpan wait, CancellationToken ct) => Task.FromResult(true);

    /// <summary>
    /// Relaxes durability until disposed (<c>synchronous=NORMAL</c>): commits survive a crash, not a power loss. For batches that can be
    /// recomputed. No-op on SQL Server, which groups its log writes.
    /// </summary>
    public virtual Task<IAsyncDisposable?> RelaxDurabilityAsync(CancellationToken ct) => Task.FromResult<IAsyncDisposable?>(null);

    /// <summary>Takes the lock under which one node migrates the database; on SQLite a file beside it is the lock.</summary>
    public virtual Task<IAsyncDisposable?> AcquireMigrationLockAsync(CancellationToken ct) => Task.FromResult<IAsyncDisposable?>(null);

    /// <summary>Applies the migrations that are pending.</summary>
    public virtual Task MigrateAsync(CancellationToken ct) => Database.MigrateAsync(ct);

    /// <summary>
    /// Truncates SQLite's write-ahead log so that overwritten text leaves the disk. No-op on SQL Server, whose operator manages its log.
    /// </summary>
    public virtual Task TruncateWalAsync(CancellationToken ct) => Task.CompletedTask;

    /// <summary>
    /// Rewrites SQLite's whole file (<c>VACUUM</c>) and truncates its write-ahead log, so that no free page or slack holds what was
    /// overwritten; false when there was no room, or others kept the file or the log. No-op on SQL Server.
    /// </summary>
    public virtual Task<bool> EraseOverwrittenAsync(CancellationToken ct) => Task.FromResult(true);

    /// <summary>
    /// Runs the work in a write transaction, the whole of it again when the connection broke in the middle. Within another one, that of an
    /// idempotency key for instance, it is a part of that: a second turn would wait for the first for ever.
    /// </summary>
    /// <param name="commit">
    /// Says of the result whether to keep what was written; by default it is kept. Not within another transaction, whose matter that is.
    /// </param>
    public Task<T> InTransactionAsync<T>(Func<CancellationToken, Task<T>> work, Func<T, bool>? commit, CancellationToken ct) =>
        Database.CurrentTransaction is null ? InOwnTransactionAsync(work, commit, ct)
        : commit is null ? work(ct)
        : throw new InvalidOperationException("What may be rolled back by itself is no part of another transaction.");

    private Task<T> InOwnTransactionAsync<T>(Func<CancellationToken, Task<T>> work, Func<T, bool>? commit, CancellationToken ct) =>
        Database.CreateExecutionStrategy().ExecuteAsync(work, async (_, state, token) =>
        {
            ChangeTracker.Clear();
            DropUncommitted();
            T result;
            await using (var transaction = await BeginWriteAsync(token))
            {
                result = await state(token);
                if (!(commit?.Invoke(result) ?? true)) return result;
                await transaction.CommitAsync(token);
            }

            await AfterCommit();
            return result;
        }, verifySucceeded: null, ct);

    /// <summary>
    /// Lets the version of a row take part in the next save, although nothing else of it changes: of two writers who touch it at once, one
    /// loses and runs again on fresh rows. For what rests on a row, and not only changes it.
    /// </summary>
    public void Touch(params IEnumerable<IVersioned> rows)
    {
        foreach (var entry in rows.Select(r => Entry(r)).Where(e => e.State == EntityState.Unchanged))
            entry.Property(nameof(IVersioned.Version)).IsModified = true;
    }

    /// <summary>Names in the log a row that cannot be read, and without which something is shown.</summary>
    internal void LogLeftOut(string what, Guid rowId) => log?.LogError("The {What} {RowId} is left out: it cannot be read", what, rowId);

    /// <summary>Saves; false when another one has changed one of these rows first, and nothing is saved.</summary>
    public async Task<bool> TrySaveAsync(CancellationToken ct)
    {
        try
        {
            await SaveChangesAsync(ct);
            return true;
        }
        catch (DbUpdateConcurrencyException)
        {
            return false;
        }
    }

    /// <summary>Saves without publishing domain events: an import of history, to which nothing reacts as if it happened now.</summary>
    public Task<int> SaveHistoryAsync(CancellationToken ct)
    {
        foreach (var entry in ChangeTracker.Entries<Entity>()) entry.Entity.TakeEvents();
        return SaveChangesAsync(ct);
    }

    public override int SaveChanges(bool acceptAllChangesOnSuccess) =>
        throw new NotSupportedException("Saving hands domain events to asynchronous handlers: use SaveChangesAsync.");

    public override async Task<int> SaveChangesAsync(bool acceptAllChangesOnSuccess, CancellationToken cancellationToken = default)
    {
        try
        {
            await PublishEvents(cancellationToken);
        }
        catch
        {
            DropUncommitted();
            throw;
        }

        // Each look at the entries would search all of them for changes again.
        ChangeTracker.DetectChanges();
        ChangeTracker.AutoDetectChangesEnabled = false;
        try
        {
            await IndexPeople(cancellationToken);
            Inspect();
            var saved = await base.SaveChangesAsync(acceptAllChangesOnSuccess, cancellationToken);
            if (Database.CurrentTransaction is null) await AfterCommit();
            return saved;
        }
        catch
        {
            DropUncommitted();
            throw;
        }
        finally
        {
            ChangeTracker.AutoDetectChangesEnabled = true;
        }
    }

    /// <summary>The trace context of what is being done, a request or a job, as W3C writes it.</summary>
    public static string? TraceParent => Activity.Current is { IdFormat: ActivityIdFormat.W3C, Id: { } id } ? id : null;

    /// <summary>Keeps the words by which people are found with their names and addresses, in the same save.</summary>
    private async Task IndexPeople(CancellationToken ct)
    {
        var entries = ChangeTracker.Entries<Person>().Where(IsCalledOtherwise).ToList();
        var ids = entries.Where(e => e.State == EntityState.Modified).Select(e => e.Entity.Id).ToList();
        var stored = (ids.Count == 0 ? [] : await PersonWords.AsTracking().Where(w => ids.Contains(w.PersonId)).ToListAsync(ct))
            .ToLookup(w => w.PersonId);
        foreach (var person in entries.Select(e => e.Entity))
        {
            var (wanted, known) = (PersonWord.Of(person.Name, person.Email), stored[person.Id]);
            RemoveRange(known.Where(w => !wanted.Contains(w.Word)));
            AddRange(wanted.Except(known.Select(w => w.Word)).Select(w => new PersonWord(w, person.Id)));
        }

        static bool IsCalledOtherwise(EntityEntry<Person> entry) => entry.State == EntityState.Added
            || (entry.State == EntityState.Modified
                && (entry.Property(p => p.SortName).IsModified || entry.Property(p => p.Email).IsModified));
    }

    /// <summary>
    /// That of which this is a part in a row of its own: whoever ends the whole while a part comes to it would lose the part. Null for
    /// whatever is a whole itself.
    /// </summary>
    private IVersioned? WholeOf(object part) => part switch
    {
        CohortMember staff => Cohorts.Local.FindEntry(staff.CohortId)?.Entity,
        ActionEvidence evidence => ActionItems.Local.FindEntry(evidence.ActionItemId)?.Entity,
        FollowUpTrigger trigger => FollowUps.Local.FindEntry(trigger.FollowUpId)?.Entity,
        // Whether anybody is left is asked of all of them: of two who leave at once, the later one is the last.
        SessionParticipant participant => CoachingSessions.Local.FindEntry(participant.SessionId)?.Entity,
        // Of two who renew at once, one has the next period.
        CredentialPeriod period => Credentials.Local.FindEntry(period.CredentialId)?.Entity,
        _ => null,
    };

    /// <summary>
    /// Refuses changes of append-only rows, sets concurrency tokens and times of change, and collects the cohorts that change.
    /// </summary>
    private void Inspect()
    {
        Touch(ChangeTracker.Entries().Where(e => e.State is EntityState.Added or EntityState.Modified or EntityState.Deleted)
            .Select(e => WholeOf(e.Entity)).OfType<IVersioned>().ToHashSet());
        foreach (var entry in ChangeTracker.Entries().ToList())
        {
            if (entry is { Entity: IAppendOnly, State: EntityState.Deleted or EntityState.Modified }
                && (entry.State == EntityState.Deleted || !IsRemovalOfWords(entry)))
                throw new InvalidOperationException($"A {entry.Metadata.DisplayName()} is written once and never changed.");
            if (entry.Entity is IVersioned versioned
                && (entry.State is EntityState.Added or EntityState.Modified || IsChangedWithin(entry)))
                entry.Property(nameof(IVersioned.Version)).CurrentValue = versioned.Version + 1;
            if (entry is { Entity: Enrolment, State: EntityState.Added or EntityState.Modified })
                entry.Property(nameof(Enrolment.UpdatedAt)).CurrentValue = clock!.UtcNow();
            // Here and not where mails are owed: twenty places would have to remember it.
            if (entry is { Entity: OutboundMail { TraceParent: null }, State: EntityState.Added })
                entry.Property(nameof(OutboundMail.TraceParent)).CurrentValue = TraceParent;
            if (entry.State is not EntityState.Unchanged && CohortOf(entry.Entity) is { } cohort) uncommittedCohorts.Add(cohort);
        }
    }

    /// <summary>Publishes committed events in this process; a handler that fails is logged, since the change itself stands.</summary>
    private async Task AfterCommit()
    {
        changes?.Add(uncommittedCohorts);
        if (tells) news?.Raise();
        var events = uncommittedEvents.ToArray();
        DropUncommitted();
        foreach (var one in events)
        {
            try
            {
                await mediator!.Publish(CommittedEventNotification.Wrap(one), CancellationToken.None);
            }
            catch (Exception e)
            {
                log!.LogError(e, "What follows the commit of {Event} failed", one.GetType().Name);
            }
        }
    }

    private void DropUncommitted()
    {
        uncommittedCohorts.Clear();
        uncommittedEvents.Clear();
        tells = false;
    }

    /// <summary>The one exception to append-only: a redaction.</summary>
    private static bool IsRemovalOfWords(EntityEntry entry) =>
        entry.Entity is IRedactable && entry.Property(nameof(IRedactable.RedactionCount)).IsModified
        && entry.Properties.All(p => !p.IsModified || p.Metadata.Name is nameof(IRedactable.RedactionCount)
            or nameof(ReflectionRevision.Answers) or nameof(ReflectionMessage.Text) or nameof(Redaction.Reason));

    /// <summary>
    /// An owned entity lies in its owner's row without marking the owner as modified: without this, two answers to one nudge would both
    /// win.
    /// </summary>
    private static bool IsChangedWithin(EntityEntry entry) =>
        entry.State == EntityState.Unchanged
        && entry.References.Any(r => r.TargetEntry is { State: EntityState.Added or EntityState.Modified or EntityState.Deleted } owned
            && owned.Metadata.IsOwned());

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        configurationBuilder.Properties<DateTime>().HaveConversion<UtcConverter>().HavePrecision(3);
        configurationBuilder.Properties<string>().HaveMaxLength(DefaultLength);
        configurationBuilder.Properties<Enum>().HaveConversion<string>().HaveMaxLength(24);
    }

    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        builder.ApplyConfigurationsFromAssembly(typeof(LearningDb).Assembly);
        LimitIdentityKeys(builder);
        foreach (var type in builder.Model.GetEntityTypes())
        {
            foreach (var key in type.FindPrimaryKey()?.Properties ?? [])
            {
                // Identifiers are made by the domain; else a child added to a tracked parent would be taken for an existing row.
                if (key.ClrType == typeof(Guid)) key.ValueGenerated = Microsoft.EntityFrameworkCore.Metadata.ValueGenerated.Never;
            }

            foreach (var property in type.GetProperties())
            {
                if ((Nullable.GetUnderlyingType(property.ClrType) ?? property.ClrType) is { IsEnum: true } named)
                    property.SetValueConverter(typeof(EnumNameConverter<>).MakeGenericType(named));
            }

            // The column keeps the name of the first release.
            if (type.FindProperty(nameof(IRedactable.RedactionCount)) is { } count) count.SetColumnName("Removals");
            if (typeof(IVersioned).IsAssignableFrom(type.ClrType)) type.FindProperty(nameof(IVersioned.Version))!.IsConcurrencyToken = true;
        }
    }

    private static void LimitIdentityKeys(ModelBuilder builder)
    {
        // SQL Server's keys end at 900 bytes.
        builder.Entity<IdentityUserLogin<Guid>>(login =>
        {
            login.Property(x => x.LoginProvider).HasMaxLength(128);
            login.Property(x => x.ProviderKey).HasMaxLength(128);
        });
        builder.Entity<IdentityUserToken<Guid>>(token =>
        {
            token.Property(x => x.LoginProvider).HasMaxLength(128);
            token.Property(x => x.Name).HasMaxLength(128);
        });
    }

    private static Guid? CohortOf(object entity) => entity switch
    {
        Cohort cohort => cohort.Id,
        Enrolment enrolment => enrolment.CohortId,
        TransferOpportunity opportunity => opportunity.CohortId,
        Reflection reflection => reflection.CohortId,
        _ => null,
    };

    private async Task PublishEvents(CancellationToken ct)
    {
        if (mediator is null) return;
        // A handler may make something else happen, so this goes on until nothing new has.
        while (true)
        {
            // What makes something happen was loaded or added before: there is nothing to detect.
            ChangeTracker.AutoDetectChangesEnabled = false;
            var happened = ChangeTracker.Entries<Entity>().SelectMany(e => e.Entity.TakeEvents()).ToArray();
            ChangeTracker.AutoDetectChangesEnabled = true;
            if (happened.Length == 0) return;
            uncommittedEvents.AddRange(happened);
            foreach (var one in happened) await mediator.Publish(DomainEventNotification.Wrap(one), ct);
            foreach (var kind in happened.GroupBy(e => e.GetType())) await mediator.Publish(DomainEventBatchNotification.Wrap(kind), ct);
        }
    }
}

/// <summary>Wraps a domain event, which knows no mediator, as a notification for handlers within the same save.</summary>
public sealed record DomainEventNotification<T>(T Event) : INotification
    where T : IDomainEvent;

internal static class DomainEventNotification
{
    public static INotification Wrap(IDomainEvent happened) =>
        (INotification)Activator.CreateInstance(typeof(DomainEventNotification<>).MakeGenericType(happened.GetType()), happened)!;
}

/// <summary>
/// All events of one kind of a save, after each has been handled by itself: for handlers that ask the database once for all of them, or
/// that need to see what the others have made of it.
/// </summary>
public sealed record DomainEventBatchNotification<T>(IReadOnlyList<T> Events) : INotification
    where T : IDomainEvent;

internal static class DomainEventBatchNotification
{
    public static INotification Wrap(IGrouping<Type, IDomainEvent> kind)
    {
        var events = Array.CreateInstance(kind.Key, kind.Count());
        foreach (var (index, one) in kind.Index()) events.SetValue(one, index);
        return (INotification)Activator.CreateInstance(typeof(DomainEventBatchNotification<>).MakeGenericType(kind.Key), events)!;
    }
}

/// <summary>The same event once its save is committed, for what is no part of the database.</summary>
public sealed record CommittedEventNotification<T>(T Event) : INotification
    where T : IDomainEvent;

internal static class CommittedEventNotification
{
    public static INotification Wrap(IDomainEvent happened) =>
        (INotification)Activator.CreateInstance(typeof(CommittedEventNotification<>).MakeGenericType(happened.GetType()), happened)!;
}
