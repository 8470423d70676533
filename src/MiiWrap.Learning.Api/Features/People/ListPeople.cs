using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Contracts;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Data.Entities;
using MiiWrap.Learning.Api.Http;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Cohorts;
using MiiWrap.Learning.Domain.Common;

namespace MiiWrap.Learning.Api.Features.People;

/// <summary>
/// People by name: all for a programme admin, an agency's for its admin, a cohort's for its lead. Clients and leads see no addresses.
/// </summary>
/// <param name="Q" example="oka">
/// The beginning of a word of the name, or of an address that the caller may see, case and accents aside; of several words, each must be
/// found. 2 to 100 characters.
/// </param>
/// <param name="Agency">Only this agency's people: its staff, and who learns there.</param>
/// <param name="Cohort">Only this cohort's people: its staff and learners.</param>
/// <param name="Status" example="suspended">Only those who have access, have none for now, or have left.</param>
/// <param name="Invitation" example="expired">Only those whose invitation stands so.</param>
public sealed record ListPeople(
    string? Q, Guid? Agency, Guid? Cohort, string? Status, string? Invitation, string? Limit, string? Cursor)
    : IQuery<Page<PersonItem>>, IFindsPeople;

/// <summary>An agency's people by name: its staff, and who learns there; for its admin, programme admins and clients.</summary>
/// <param name="Q" example="oka">As in the list of all people.</param>
/// <param name="Status" example="suspended">Only those who have access, have none for now, or have left.</param>
/// <param name="Invitation" example="expired">Only those whose invitation stands so.</param>
public sealed record ListAgencyPeople(Guid AgencyId, string? Q, string? Status, string? Invitation, string? Limit, string? Cursor)
    : IQuery<Page<PersonItem>>, IFindsPeople;

/// <summary>One person, as far as the caller may know them.</summary>
public sealed record GetPerson(Guid PersonId) : IQuery<PersonItem>;

/// <summary>A person in the directory.</summary>
/// <param name="Email" example="ines@example.org">null for those who may not see it.</param>
/// <param name="NewEmail" example="ines.okafor@example.org">
/// The address that becomes theirs once they confirm it; null when there is none, when no link to it is good any more, and for those who
/// may not see it.
/// </param>
/// <param name="TimeZone" example="America/Chicago">The zone in which they work.</param>
/// <param name="Locale" example="es-MX">The language that they want; null for the programme's own.</param>
/// <param name="StatusReason" example="Away until the end of spring.">
/// Why they have no access; null for those who have, and for those who may not see the address.
/// </param>
/// <param name="StatusSince">Since when they have no access; null for those who have.</param>
/// <param name="IsProgramAdmin">Whether they administer the whole programme.</param>
/// <param name="SecondFactor">Whether their sign-in asks for a second factor; null for everybody but programme admins.</param>
/// <param name="Agencies">Those that the caller may know of.</param>
public sealed record PersonItem(
    Guid Id, string Name, string? Email, string? NewEmail, string TimeZone, string? Locale, PersonStatus Status, string? StatusReason,
    DateTime? StatusSince, InvitationState Invitation, bool IsProgramAdmin, bool? SecondFactor, IReadOnlyList<PersonAgency> Agencies)
{
    internal string ETag => ETags.Of(
        Id, Name, Email, NewEmail, TimeZone, Locale, Status, StatusReason, StatusSince, Invitation, IsProgramAdmin, SecondFactor,
        string.Join('\n', Agencies.Select(a => $"{a.Id} {a.Name} {a.Role}")));
}

/// <summary>An agency of a person.</summary>
/// <param name="Role">null for learners.</param>
public sealed record PersonAgency(Guid Id, string Name, AgencyRole? Role);

/// <summary>A request for people by name.</summary>
internal interface IFindsPeople : IPaged
{
    string? Q { get; }

    string? Status { get; }

    string? Invitation { get; }
}

internal sealed class ListPeopleValidator : FindsPeopleValidator<ListPeople>;

internal sealed class ListAgencyPeopleValidator : FindsPeopleValidator<ListAgencyPeople>;

internal abstract class FindsPeopleValidator<T> : AbstractValidator<T>
    where T : IFindsPeople
{
    private const int MostWords = 5;

    protected FindsPeopleValidator()
    {
        this.RuleForPaging();
        RuleFor(x => x.Q).MustBeSought("a name or an address")
            .Must(q => q is null || PersonWord.Split(q).Count is > 0 and <= MostWords)
            .WithMessage($"Give at most {MostWords} words.");
        RuleFor(x => x.Status).MustBeOneOf<T, PersonStatus>();
        RuleFor(x => x.Invitation).MustBeOneOf<T, InvitationState>();
    }
}

internal sealed class ListPeopleHandler(
    LearningDb db, DirectoryAccess directory, Caller caller, TimeProvider clock, ILogger<ListPeople> log)
    : IRequestHandler<ListPeople, Page<PersonItem>>, IRequestHandler<ListAgencyPeople, Page<PersonItem>>,
    IRequestHandler<GetPerson, PersonItem>
{
    public async Task<Page<PersonItem>> Handle(ListAgencyPeople request, CancellationToken cancellationToken)
    {
        await directory.MustSeeAgency(request.AgencyId, cancellationToken);
        return await Find(
            new(request.Q, request.AgencyId, null, request.Status, request.Invitation, request.Limit, request.Cursor), cancellationToken);
    }

    public async Task<Page<PersonItem>> Handle(ListPeople request, CancellationToken cancellationToken)
    {
        await directory.MustFindSomebody(cancellationToken);
        return await Find(request, cancellationToken);
    }

    private async Task<Page<PersonItem>> Find(ListPeople request, CancellationToken cancellationToken)
    {
        var people = directory.People();
        if (EnumNames.TryParse<PersonStatus>(request.Status, out var status)) people = people.Where(p => p.Status == status);
        foreach (var word in PersonWord.Split(request.Q ?? "")) people = BeginningWith(people, word);
        if (request.Agency is { } agency)
        {
            var its = directory.KnownInAgency(agency);
            people = people.Where(p => its.Contains(p.Id));
        }

        if (request.Cohort is { } cohort)
        {
            var its = directory.KnownInCohort(cohort);
            people = people.Where(p => its.Contains(p.Id));
        }

        var rows = Rows(people);
        if (EnumNames.TryParse<InvitationState>(request.Invitation, out var state))
            rows = state switch
            {
                InvitationState.Accepted => rows.Where(r => r.IsAccepted),
                InvitationState.Invited => rows.Where(r => !r.IsAccepted && r.IsOnItsWay),
                _ => rows.Where(r => !r.IsAccepted && !r.IsOnItsWay),
            };
        var found = await rows.LoadReadablePageAsync(
            r => r.Id, some => some.PageBy(request, r => r.SortName, r => r.Id), some => some.ToListAsync(cancellationToken),
            log.LeavesOut("person"), cancellationToken);
        var page = found.ToPage(request, r => (r.SortName, r.Id));
        return new(await Items(page.Items, cancellationToken), page.Next);
    }

    public async Task<PersonItem> Handle(GetPerson request, CancellationToken cancellationToken)
    {
        var rows = await Rows(directory.People().Where(p => p.Id == request.PersonId)).ToListAsync(cancellationToken);
        if (rows.Count == 0) throw new NotFoundException("person");
        return (await Items(rows, cancellationToken))[0];
    }

    private IQueryable<Person> BeginningWith(IQueryable<Person> people, string word)
    {
        var found = Having(word);
        if (!directory.SeesNoAddress)
        {
            // Else whoever may not see an address would find it out, letter by letter.
            var byAddress = Having(PersonWord.InAddress(word));
            if (!directory.SeesEveryAddress)
            {
                var own = directory.OfAgencies(directory.Agencies);
                byAddress = byAddress.Where(id => own.Contains(id));
            }

            found = found.Union(byAddress);
        }

        return people.Where(p => found.Contains(p.Id));
    }

    private IQueryable<Guid> Having(string beginning)
    {
        var words = db.PersonWords.Where(w => w.Word.CompareTo(beginning) >= 0);
        if (PersonWord.After(beginning) is { } after) words = words.Where(w => w.Word.CompareTo(after) < 0);
        return words.Select(w => w.PersonId);
    }

    private IQueryable<Row> Rows(IQueryable<Person> people)
    {
        var (now, every, none, own) =
            (clock.UtcNow(), directory.SeesEveryAddress, directory.SeesNoAddress, directory.OfAgencies(directory.Agencies));
        var (accepted, onTheirWay, changing) = (db.WhoAccepted(), db.WhoAreInvited(now), db.WhoHaveNewAddress(now));
        return people.Select(p => new Row
        {
            Id = p.Id,
            Name = p.Name,
            SortName = p.SortName,
            IsShownWhole = every || (!none && own.Contains(p.Id)),
            Email = p.Email,
            NewEmail = changing.Any(id => id == p.Id) ? p.NewEmail : null,
            TimeZone = p.TimeZone,
            Locale = p.Locale,
            Status = p.Status,
            StatusReason = p.EndReason,
            StatusSince = p.EndedAt,
            IsProgramAdmin = p.IsProgramAdmin,
            HasSecondFactor = p.TwoFactorEnabled,
            IsAccepted = accepted.Any(id => id == p.Id),
            IsOnItsWay = onTheirWay.Any(id => id == p.Id),
        });
    }

    private async Task<IReadOnlyList<PersonItem>> Items(IReadOnlyList<Row> rows, CancellationToken ct)
    {
        var parts = rows.Count == 0 ? [] : await directory.PartsOf([.. rows.Select(r => r.Id)], ct);
        var byPerson = parts.ToLookup(p => p.PersonId);
        return [.. rows.Select(r => new PersonItem(
            r.Id,
            r.Name,
            r.IsShownWhole ? r.Email : null,
            r.IsShownWhole ? r.NewEmail : null,
            r.TimeZone,
            r.Locale,
            r.Status,
            r.IsShownWhole ? r.StatusReason : null,
            r.StatusSince,
            Invitations.StateOf(r.IsAccepted, r.IsOnItsWay),
            r.IsProgramAdmin,
            caller.IsProgramAdmin ? r.HasSecondFactor : null,
            [.. byPerson[r.Id].GroupBy(p => p.AgencyId)
                .Select(a => new PersonAgency(a.Key, a.First().Agency, a.Select(p => p.Role).FirstOrDefault(role => role is not null)))
                .OrderByName(a => a.Name).ThenBy(a => a.Id)]))];
    }

    private sealed class Row
    {
        public required Guid Id { get; init; }

        public required string Name { get; init; }

        public required string SortName { get; init; }

        /// <summary>The caller may see the address, and why somebody has no access.</summary>
        public required bool IsShownWhole { get; init; }

        public required string? Email { get; init; }

        public required string? NewEmail { get; init; }

        public required string TimeZone { get; init; }

        public required string? Locale { get; init; }

        public required PersonStatus Status { get; init; }

        public required string? StatusReason { get; init; }

        public required DateTime? StatusSince { get; init; }

        public required bool IsProgramAdmin { get; init; }

        public required bool HasSecondFactor { get; init; }

        public required bool IsAccepted { get; init; }

        public required bool IsOnItsWay { get; init; }
    }
}
