namespace MiiWrap.Learning.Api.Data.Entities;

/// <summary>
/// Who said at which address somebody is invited who had not accepted: they may have named one of their own. So whoever added the person
/// counts in what is shown to this reader as whoever enrolled them does, and so does everybody who corrected the address, not the last
/// alone.
/// </summary>
public sealed record GivenAddress(Guid PersonId, Guid GivenBy);
