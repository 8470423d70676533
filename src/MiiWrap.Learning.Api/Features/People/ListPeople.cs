using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Data.Entities;
using MiiWrap.Learning.Api.Http;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Cohorts;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Messaging;

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
/// <param name="Invitation" example="expired">Only those whose invitation stands so.</param>
public sealed record ListPeople(string? Q, Guid? Agency, Guid? Cohort, string? Invitation, string? Limit, string? Cursor)
    : IQuery<Page<PersonItem>>, IPaged;

/// <summary>One person, as far as the caller may know them.</summary>
public sealed record GetPerson(Guid PersonId) : IQuery<PersonItem>;

/// <summary>Where somebody's invitation stands.</summary>
public enum InvitationState
{
    /// <summary>The link was sent, or is about to be, and is good.</summary>
    Invited,

    /// <summary>They have signed in, or chosen a password.</summary>
    Accepted,

    /// <summary>The link was not opened in time, or no mail server took it: send another.</summary>
    Expired,
}

/// <summary>A person in the directory.</summary>
/// <param name="Email" example="ines@example.org">null for those who may not see it.</param>
/// <param name="Agencies">Those that the caller may know of.</param>
public sealed record PersonItem(Guid Id, string Name, string? Email, InvitationState Invitation, IReadOnlyList<PersonAgency> Agencies);

/// <summary>An agency of a person.</summary>
/// <param name="Role">null for learners.</param>
public sealed record PersonAgency(Guid Id, string Name, AgencyRole? Role);

internal sealed class ListPeopleValidator : AbstractValidator<ListPeople>
{
    private const int FewestCharacters = 2;
    private const int MostCharacters = PersonWord.Length;
    private const int MostWords = 5;

    public ListPeopleValidator()
    {
        this.RuleForPaging();
        RuleFor(x => x.Q).Must(q => q is null || q.Trim().Length is >= FewestCharacters and <= MostCharacters)
            .WithMessage($"Give {FewestCharacters} to {MostCharacters} characters of a name or an address.")
            .Must(q => q is null || PersonWord.Split(q).Count is > 0 and <= MostWords)
            .WithMessage($"Give at most {MostWords} words.");
        RuleFor(x => x.Invitation).MustBeOneOf<ListPeople, InvitationState>();
    }
}

internal sealed class ListPeopleHandler(LearningDb db, DirectoryAccess directory, TimeProvider clock)
    : IRequestHandler<ListPeople, Page<PersonItem>>, IRequestHandler<GetPerson, PersonItem>
{
    public async Task<Page<PersonItem>> Handle(ListPeople request, CancellationToken cancellationToken)
    {
        await directory.MustFindSomebody(cancellationToken);
        var people = directory.People();
        foreach (var word in PersonWord.Split(request.Q ?? "")) people = BeginningWith(people, word);
        if (request.Agency is { } agency)
        {
            var its = directory.OfAgencies(db.Agencies.Where(a => a.Id == agency).Select(a => a.Id));
            people = people.Where(p => its.Contains(p.Id));
        }

        if (request.Cohort is { } cohort)
        {
            var its = directory.OfCohorts(db.Cohorts.Where(c => c.Id == cohort).Select(c => c.Id));
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
        var found = await rows.PageBy(request, r => r.SortName, r => r.Id).ToListAsync(cancellationToken);
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
        return people.Select(p => new Row
        {
            Id = p.Id,
            Name = p.Name,
            SortName = p.SortName,
            Email = every || (!none && own.Contains(p.Id)) ? p.Email : null,
            IsAccepted = p.PasswordHash != null || db.ExternalLogins.Any(l => l.PersonId == p.Id),
            // Whom an agency's program has named shows nothing of who they are, nor what they have opened.
            IsOnItsWay = p.NormalizedEmail == null
                || db.AccountTokens
                    .Any(t => t.PersonId == p.Id && t.Purpose == MailKind.Invitation && t.UsedAt == null && t.ExpiresAt > now)
                || db.OutboundMails
                    .Any(m => m.PersonId == p.Id && m.Kind == MailKind.Invitation && m.SentAt == null && m.FailedAt == null),
        });
    }

    private async Task<IReadOnlyList<PersonItem>> Items(IReadOnlyList<Row> rows, CancellationToken ct)
    {
        var parts = rows.Count == 0 ? [] : await directory.PartsOf([.. rows.Select(r => r.Id)]).ToListAsync(ct);
        var byPerson = parts.ToLookup(p => p.PersonId);
        return [.. rows.Select(r => new PersonItem(
            r.Id,
            r.Name,
            r.Email,
            r.IsAccepted ? InvitationState.Accepted : r.IsOnItsWay ? InvitationState.Invited : InvitationState.Expired,
            [.. byPerson[r.Id].GroupBy(p => p.AgencyId)
                .Select(a => new PersonAgency(a.Key, a.First().Agency, a.Select(p => p.Role).FirstOrDefault(role => role is not null)))
                .OrderBy(a => a.Name, StringComparer.Ordinal).ThenBy(a => a.Id)]))];
    }

    private sealed class Row
    {
        public required Guid Id { get; init; }

        public required string Name { get; init; }

        public required string SortName { get; init; }

        public required string? Email { get; init; }

        public required bool IsAccepted { get; init; }

        public required bool IsOnItsWay { get; init; }
    }
}
