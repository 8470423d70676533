namespace MiiWrap.Learning.Api.Configuration;

/// <summary>Token buckets, each per node: how many at once, and how many a second or a minute after that.</summary>
public sealed record LimitSettings
{
    public required int CallerBurst { get; init; }

    public required int CallerPerSecond { get; init; }

    public required int AddressBurst { get; init; }

    public required int AddressPerSecond { get; init; }

    public required int SignInBurst { get; init; }

    public required int SignInPerMinute { get; init; }

    public required int SignInPerMinuteAndAddress { get; init; }

    /// <summary>How many sign-ins may fail at one address, whatever the account, before further ones there must wait.</summary>
    public required int SignInFailuresPerAddress { get; init; }

    public required int OneTapPerMinute { get; init; }

    /// <summary>How many new people one caller may invite in an hour.</summary>
    public required int InvitationsPerHour { get; init; }

    /// <summary>How many event streams one caller may have open.</summary>
    public required int StreamsPerCaller { get; init; }

    internal static LimitSettings Read(Settings.Reader read) => new()
    {
        CallerBurst = Of(read, "Limits:CallerBurst", 300),
        CallerPerSecond = Of(read, "Limits:CallerPerSecond", 50),
        AddressBurst = Of(read, "Limits:AddressBurst", 300),
        AddressPerSecond = Of(read, "Limits:AddressPerSecond", 20),
        SignInBurst = Of(read, "Limits:SignInBurst", 10),
        SignInPerMinute = Of(read, "Limits:SignInPerMinute", 10),
        SignInPerMinuteAndAddress = Of(read, "Limits:SignInPerMinuteAndAddress", 300),
        SignInFailuresPerAddress = Of(read, "Limits:SignInFailuresPerAddress", 100),
        // A roster of the largest size must get through.
        InvitationsPerHour = read.Number("Limits:InvitationsPerHour", 2_000, 1_000, 1_000_000),
        StreamsPerCaller = Of(read, "Limits:StreamsPerCaller", 10),
        OneTapPerMinute = Of(read, "Limits:OneTapPerMinute", 30),
    };

    private static int Of(Settings.Reader read, string name, int otherwise) => read.Number(name, otherwise, 1, 1_000_000);
}
