namespace MiiWrap.Learning.Api.Data.Entities;

/// <summary>
/// Someone who stands in an agency's list for a person whom the agency's program has named and who has not accepted that yet. It bears
/// what the program has sent, so that the program learns nothing about whom that address belongs to, or whether it is known at all. It has
/// the invitations that somebody new would have, and so the same limits and states; no mail comes of them, and nobody has their links.
/// </summary>
/// <param name="OfferedAt">When the place was last offered to the person by mail.</param>
public sealed record StandIn(Guid PersonId, Guid StandsFor, Guid AgencyId, DateTime CreatedAt, DateTime OfferedAt);
