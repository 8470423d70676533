using System.Globalization;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Credentials;

namespace MiiWrap.Learning.Api.Features.Credentials;

/// <summary>What a requirement asks for, in words.</summary>
internal static class RequirementWords
{
    public static string Of(Requirement requirement) => requirement switch
    {
        UnitsComplete => "All units completed",
        ReflectionsAccepted { Of: ReflectionScope.Anchors } => "The written reflections of all anchor units accepted",
        ReflectionsAccepted => "All written reflections accepted",
        ObservedContacts contacts => $"{Count(contacts.AtLeast, "observed contact")} within {Count(contacts.WithinWeeks, "week")}",
        FidelityReached fidelity => string.Create(CultureInfo.InvariantCulture,
            $"{Count(fidelity.Reviews, "review")} by a calibrated rater of {EventsOf(fidelity)} with at least {fidelity.AtLeast:0.###} on {fidelity.Instrument} ({fidelity.Score}), none older than {Count(fidelity.WithinMonths, "month")}"),
        CalibratedRater calibrated => $"Calibrated on {calibrated.Instrument}",
        ItemsClosed items => $"{Count(items.AtLeast, "action item")} kept within {Count(items.WithinMonths, "month")}",
        Attestation attestation => attestation.Words,
        HoldsCredential holds => $"Holds {holds.Credential}",
        _ => throw new InvalidOperationException($"A requirement is a {requirement.GetType().Name}, of which nobody says what it asks for."),
    };

    private static string EventsOf(FidelityReached fidelity) => fidelity.Events.Count == 0
        ? "anything"
        : string.Join(" or ", fidelity.Events.Select(EnumNames.NameOf)) + " work";

    private static string Count(int number, string what) => $"{number} {what}{(number == 1 ? "" : "s")}";
}
