using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Content;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Http;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Credentials;

namespace MiiWrap.Learning.Api.Features.Credentials;

/// <summary>
/// Credentials that the caller may know of, newest first, and how each stands. What one rests on is read with it alone, by its holder,
/// staff of the learner's cohort and programme admins.
/// </summary>
/// <param name="Code" example="practising-coach">Only those of this code.</param>
/// <param name="Status" example="active">Only those that stand so today.</param>
/// <param name="ExpiresBefore" example="2028-10-01">Only those whose last day lies before this one.</param>
/// <param name="Agency" example="01a5ba5a-f180-7000-8000-000000000006">Only those of learners whose agency this was when they were issued.</param>
public sealed record ListCredentials(string? Code, string? Status, string? ExpiresBefore, Guid? Agency, string? Limit, string? Cursor)
    : IQuery<Page<CredentialView>>, IPaged;

/// <summary>One credential, as far as the caller may know of it.</summary>
/// <param name="CredentialId">The credential.</param>
public sealed record GetCredential(Guid CredentialId) : IQuery<CredentialView>;

internal sealed class ListCredentialsValidator : AbstractValidator<ListCredentials>
{
    public ListCredentialsValidator()
    {
        this.RuleForPaging(byMoment: true);
        // SQL Server would find those of another code by theirs with blanks at its end.
        RuleFor(x => x.Code).Must(c => c is null || CurriculumParser.IsSlug(c)).WithMessage("This is no code of a credential.");
        RuleFor(x => x.Status).MustBeOneOf<ListCredentials, CredentialState>();
        RuleFor(x => x.ExpiresBefore).MustBeDay();
    }
}

internal sealed class ListCredentialsHandler(
    LearningDb db, Caller caller, CredentialViews views, TimeProvider clock, ILogger<ListCredentials> log)
    : IRequestHandler<ListCredentials, Page<CredentialView>>, IRequestHandler<GetCredential, CredentialView>
{
    public async Task<Page<CredentialView>> Handle(ListCredentials request, CancellationToken cancellationToken)
    {
        var seen = db.Credentials.AsNoTracking().SeenBy(caller, db);
        if (request.Code is { } code) seen = seen.Where(c => c.Code == code);
        if (request.Agency is { } agency) seen = seen.Where(c => c.AgencyId == agency);
        if (Days.TryParse(request.ExpiresBefore, out var day)) seen = seen.Where(c => c.ValidUntil < day);
        if (EnumNames.TryParse<CredentialState>(request.Status, out var state))
            seen = seen.InState(state, DateOnly.FromDateTime(clock.UtcNow()));
        var rows = await seen.LoadReadablePageAsync(
            c => c.Id, some => some.PageBy(request, c => c.OfferedAt, c => c.Id, newestFirst: true),
            some => views.LoadPage(some, cancellationToken), log.LeavesOut("credential"), cancellationToken);
        var page = rows.ToPage(request, r => (Paging.KeyOf(r.Credential.OfferedAt), r.Credential.Id));
        return new([.. page.Items.Select(views.Of)], page.Next);
    }

    public async Task<CredentialView> Handle(GetCredential request, CancellationToken cancellationToken)
    {
        var found = await views.Load(
            db.Credentials.AsNoTracking().SeenBy(caller, db).Where(c => c.Id == request.CredentialId), cancellationToken);
        return found is [var row] ? views.Of(row) : throw new NotFoundException("credential");
    }
}
