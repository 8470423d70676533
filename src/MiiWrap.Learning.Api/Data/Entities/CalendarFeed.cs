namespace MiiWrap.Learning.Api.Data.Entities;

/// <summary>The secret address at which a person's calendar program finds their dates; only its token's hash is kept.</summary>
public sealed class CalendarFeed
{
    private CalendarFeed()
    {
    }

    public Guid PersonId { get; private set; }

    public string Hash { get; private set; } = "";

    public DateTime CreatedAt { get; private set; }

    public static CalendarFeed Of(Guid personId) => new() { PersonId = personId };

    /// <summary>Takes a new token, known to the caller alone; an earlier one ends.</summary>
    public string Renew(DateTime now)
    {
        var token = Secret.New();
        (Hash, CreatedAt) = (HashOf(token), now);
        return token;
    }

    public static string HashOf(string token) => Secret.HashOf(token);
}
