using MiiWrap.Learning.Domain.Common;

namespace MiiWrap.Learning.Domain.Nudges;

/// <summary>Something has changed when people may be asked; the asks that are still to come are planned anew.</summary>
public sealed record CalendarChanged(IReadOnlyCollection<Guid> People, string Reason, DateTime At) : IDomainEvent;
