using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Content;
using MiiWrap.Learning.Api.Contracts;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Data.Entities;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Credentials;

namespace MiiWrap.Learning.Api.Features.Credentials;

/// <summary>
/// A lead of the learner's cohort, or a programme admin, answers for it that the learner has shown what a credential asks for, and issues
/// it: what it rests on is kept as it is found. Nothing of it is public before the learner accepts.
/// </summary>
/// <param name="Code" example="practising-coach">The code of the credential.</param>
/// <param name="PersonId">The learner.</param>
/// <param name="EnrolmentId">Their enrolment in the course that it belongs to.</param>
/// <param name="Attested">Whoever issues it says that what its attestations ask for is so.</param>
public sealed record IssueCredential(string? Code, Guid? PersonId, Guid? EnrolmentId, bool? Attested) : ICommand<CredentialView>;

internal sealed class IssueCredentialValidator : AbstractValidator<IssueCredential>
{
    public IssueCredentialValidator()
    {
        RuleFor(x => x.Code).NotEmpty();
        RuleFor(x => x.PersonId).NotEmpty();
        RuleFor(x => x.EnrolmentId).NotEmpty();
    }
}

internal sealed class IssueCredentialHandler(
    LearningDb db, CredentialLibrary library, CredentialIssuer issuer, CredentialViews views, TimeProvider clock)
    : IRequestHandler<IssueCredential, CredentialView>
{
    public async Task<CredentialView> Handle(IssueCredential request, CancellationToken cancellationToken)
    {
        var (personId, now) = (request.PersonId!.Value, clock.UtcNow());
        var issuing = await issuer.For(request.EnrolmentId!.Value, personId, cancellationToken);
        if (!CurriculumParser.IsSlug(request.Code!) || await library.Find(db, request.Code!, null, cancellationToken) is not { } definition)
            throw new RuleException("credential.unknown", "There is no such credential.", RuleKind.Invalid);
        if (definition.Curriculum != issuing.Cohort.Curriculum)
            throw new RuleException(
                "credential.otherCourse", "This credential belongs to another course than this enrolment.", RuleKind.Invalid);
        issuing.Enrolment.MustBeActive();
        await MustBeThere(personId, cancellationToken);
        await MustNotHaveOne(personId, definition.Code, now, cancellationToken);
        var record = await issuer.Attested(issuing, request.Attested ?? false, cancellationToken);
        var credential = Credential.Offer(
            definition, new(personId, issuing.Enrolment.Id, issuing.Enrolment.AgencyId),
            definition.Judge(record, DateOnly.FromDateTime(now)), issuing.By, now);
        db.Add(credential);
        await issuer.TouchGround(issuing, credential.Period, cancellationToken);
        await db.SaveChangesAsync(cancellationToken);
        return await views.Of(credential, cancellationToken);
    }

    /// <summary>Refuses who stands in for somebody, has not come yet, or has no access: they could not accept it.</summary>
    private async Task MustBeThere(Guid personId, CancellationToken ct)
    {
        var person = await db.Users.SingleAsync(p => p.Id == personId, ct);
        if (person.Status != PersonStatus.Active || person.IsStandIn || !await db.WhoAccepted().AnyAsync(id => id == personId, ct))
            throw new RuleException("person.suspended", "This learner has no access, so they could not accept it.");
        // Whoever ends their access meanwhile changes the row too: the later runs again.
        db.Touch(person);
    }

    /// <summary>
    /// One that was offered, holds or can still be renewed is in the way; one whose days are over is not, whether or not anything has
    /// turned it yet. Of two who issue at once, the filtered unique key lets one.
    /// </summary>
    private async Task MustNotHaveOne(Guid personId, string code, DateTime now, CancellationToken ct)
    {
        var current = await db.Credentials
            .Where(c => c.PersonId == personId && c.Code == code
                && (c.State == CredentialState.Offered || c.State == CredentialState.Active || c.State == CredentialState.Expired))
            .SingleOrDefaultAsync(ct);
        if (current is null) return;
        current.Turn(now);
        if (current.State != CredentialState.Lapsed)
            throw new RuleException(
                "credential.active", "This learner was offered this credential already, holds it, or can still have it renewed.")
                .With("credentialId", current.Id);
        // By itself, and first: the key of those that stand has to be free.
        await db.SaveChangesAsync(ct);
    }
}
