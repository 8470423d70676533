using MiiWrap.Learning.Domain.Common;

namespace MiiWrap.Learning.Api.Access;

/// <summary>Who sends the present request, as the server knows them; never taken from a body.</summary>
public sealed class Caller
{
    /// <summary>The person; for a client its own id, which is nobody's.</summary>
    public Guid PersonId { get; private set; }

    public bool IsProgramAdmin { get; private set; }

    /// <summary>The server-side integration that calls; null when a person does.</summary>
    internal CallingClient? Client { get; private set; }

    /// <summary>The sign-in whose token was sent; null for a token of another provider, and for a client.</summary>
    internal Guid? SessionId { get; set; }

    /// <summary>What the front end may do that the person acts through; null when they signed in at the API itself.</summary>
    internal IReadOnlyList<string>? FrontEndScopes { get; set; }

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

    internal void Is(CachedPerson person) => (PersonId, IsProgramAdmin) = (person.Id, person.IsProgramAdmin);

    internal void Is(CallingClient client) => (PersonId, Client) = (client.Id, client);
}
