using MiiWrap.Learning.Domain.Common;

namespace MiiWrap.Learning.Api.Access;

/// <summary>Who sends the present request, as the server knows them; never taken from a body.</summary>
public sealed class Caller
{
    private static readonly Guid Nobody = Guid.Empty;

    /// <summary>The person; for a client its own id, which is nobody's.</summary>
    public Guid PersonId { get; private set; }

    public bool IsProgramAdmin { get; private set; }

    /// <summary>The server-side integration that calls; null when a person does.</summary>
    internal CallingClient? Client { get; private set; }

    /// <summary>The sign-in whose token was sent; null for a token of another provider, and for a client.</summary>
    internal Guid? SessionId { get; set; }

    /// <summary>What the front end may do that the person acts through; null when they signed in at the API itself.</summary>
    internal IReadOnlyList<string>? FrontEndScopes { get; set; }

    /// <summary>
    /// The caller as one who learns and is coached: nobody where they act through a front end that may not do so in their name.
    /// </summary>
    internal Guid AsLearner => ActsBy(Access.FrontEndScopes.Learning) ? PersonId : Nobody;

    /// <summary>The caller as one who teaches, leads, coaches and rates; likewise.</summary>
    internal Guid AsStaff => ActsBy(Access.FrontEndScopes.Teaching) ? PersonId : Nobody;

    /// <summary>The caller as one who says who coaches whom in a cohort that they lead, or in an agency; likewise.</summary>
    internal Guid AsOrganizer =>
        ActsBy(Access.FrontEndScopes.Teaching) || ActsBy(Access.FrontEndScopes.Program) ? PersonId : Nobody;

    /// <summary>Whether the caller is seen as programme admin where people see one another by what they are to each other.</summary>
    internal bool ActsAsProgramAdmin => IsProgramAdmin && ActsBy(Access.FrontEndScopes.Program);

    /// <summary>True when no agency or cohort bounds what may be seen.</summary>
    internal bool SeesAll => IsProgramAdmin || Client is { AgencyId: null };

    /// <summary>False for HEAD: nothing is shown, so nothing counts as read or opened.</summary>
    internal bool IsShownContent { get; set; } = true;

    /// <summary>Refuses what only a programme admin may do.</summary>
    internal void MustBeProgramAdmin(string what)
    {
        if (!IsProgramAdmin) throw new RuleException("role.required", $"Only a programme admin may {what}.", RuleKind.Forbidden);
    }

    /// <summary>An admin who must turn on a second factor before they may do anything else.</summary>
    internal bool LacksSecondFactor { get; set; }

    /// <summary>Why a good token of the OpenID provider is none here.</summary>
    internal RuleException? Refusal { get; set; }

    private bool ActsBy(string scope) => FrontEndScopes?.Contains(scope) ?? true;

    internal void Is(CachedPerson person) => (PersonId, IsProgramAdmin) = (person.Id, person.IsProgramAdmin);

    internal void Is(CallingClient client) => (PersonId, Client) = (client.Id, client);
}
