using System.Data.Common;
using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Diagnostics;
using MiiWrap.Learning.Api.Data.Entities;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Cohorts;

namespace MiiWrap.Learning.Api.Access;

/// <summary>
/// Writes every role that is given or ended into the security log, whichever request does it, once it is committed.
/// </summary>
internal sealed class RoleChangeLog(SecurityLog log, IHttpContextAccessor http) : SaveChangesInterceptor, IDbTransactionInterceptor
{
    private readonly ConditionalWeakTable<DbContext, Pending> pending = new();

    private sealed record RoleChange(bool IsGiven, string Role, Guid Person, string Scope, Guid? ScopeId);

    private sealed record Pending(Guid? Transaction, List<RoleChange> Changes);

    public override ValueTask<InterceptionResult<int>> SavingChangesAsync(
        DbContextEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
    {
        var context = eventData.Context!;
        var transaction = context.Database.CurrentTransaction?.TransactionId;
        // What an earlier save or transaction has not committed did not happen.
        if (pending.TryGetValue(context, out var before) && (transaction is null || before.Transaction != transaction))
            pending.Remove(context);
        var changes = context.ChangeTracker.Entries().Select(Change).OfType<RoleChange>().ToList();
        if (changes.Count > 0) pending.GetValue(context, _ => new(transaction, [])).Changes.AddRange(changes);
        return new(result);
    }

    public override ValueTask<int> SavedChangesAsync(
        SaveChangesCompletedEventData eventData, int result, CancellationToken cancellationToken = default)
    {
        if (eventData.Context!.Database.CurrentTransaction is null) Write(eventData.Context, null);
        return new(result);
    }

    public Task TransactionCommittedAsync(
        DbTransaction transaction, TransactionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        if (eventData.Context is { } context) Write(context, eventData.TransactionId);
        return Task.CompletedTask;
    }

    private void Write(DbContext context, Guid? transaction)
    {
        if (!pending.TryGetValue(context, out var saved) || saved.Transaction != transaction) return;
        pending.Remove(context);
        var by = http.HttpContext?.RequestServices.GetService<Caller>()?.PersonId;
        foreach (var change in saved.Changes)
        {
            if (change.IsGiven) log.RoleGiven(change.Role, change.Person, change.Scope, change.ScopeId, by);
            else log.RoleEnded(change.Role, change.Person, change.Scope, change.ScopeId, by);
        }
    }

    private static RoleChange? Change(EntityEntry entry) => (entry.Entity, entry.State) switch
    {
        (CohortMember m, EntityState.Added or EntityState.Deleted) =>
            new(entry.State == EntityState.Added, EnumNames.NameOf(m.Role), m.PersonId, "cohort", m.CohortId),
        (AgencyMember m, EntityState.Added or EntityState.Deleted) =>
            new(entry.State == EntityState.Added, EnumNames.NameOf(m.Role), m.PersonId, "agency", m.AgencyId),
        (Person { IsProgramAdmin: true } p, EntityState.Added) => new(true, "programAdmin", p.Id, "the programme", null),
        (Person p, EntityState.Modified) when entry.Property(nameof(Person.IsProgramAdmin)).IsModified =>
            new(p.IsProgramAdmin, "programAdmin", p.Id, "the programme", null),
        _ => null,
    };
}
