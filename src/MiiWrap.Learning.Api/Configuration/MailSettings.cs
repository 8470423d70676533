using MimeKit;

namespace MiiWrap.Learning.Api.Configuration;

/// <summary>How mail leaves the program.</summary>
public enum MailMode
{
    Pickup,
    Smtp,
}

/// <summary>How mail leaves: as files in a folder, or to a server.</summary>
public sealed record MailSettings
{
    public required MailMode Mode { get; init; }

    public required string PickupFolder { get; init; }

    public required MailboxAddress From { get; init; }

    /// <summary>Where mail goes in <see cref="MailMode.Smtp"/>; else null.</summary>
    public required MailServer? Server { get; init; }

    internal static MailSettings Read(Settings.Reader read)
    {
        var mode = read.Choice("Mail:Mode", MailMode.Pickup);
        return new()
        {
            Mode = mode,
            PickupFolder = BaseFolder.Resolve(read.Text("Mail:PickupFolder", "data/mail")),
            From = read.Address("Mail:From", "MiiWrap Learning <learning@example.org>"),
            Server = MailServer.Read(read, isUsed: mode == MailMode.Smtp),
        };
    }
}

/// <summary>A mail server; a class and not a record, so that no text made of it ever shows the password.</summary>
public sealed class MailServer
{
    public required string Host { get; init; }

    public required int Port { get; init; }

    /// <summary>True: the connection turns to TLS by STARTTLS before anything is said, and a server that cannot is refused.</summary>
    public required bool Tls { get; init; }

    public required string? UserName { get; init; }

    public required string? Password { get; init; }

    /// <summary>How long one mail may take; less than the lease under which it is sent.</summary>
    public required TimeSpan Timeout { get; init; }

    /// <returns>null where no server is used.</returns>
    internal static MailServer? Read(Settings.Reader read, bool isUsed)
    {
        var (host, port) = (read.Text("Mail:Host", ""), read.Number("Mail:Port", 587, 1, 65535));
        var (userName, password) = (read.Text("Mail:UserName", ""), read.Text("Mail:Password", ""));
        var (tls, timeout) = (read.Flag("Mail:Tls", true), read.Number("Mail:TimeoutSeconds", 20, 1, 45));
        if (!isUsed) return null;
        if (Uri.CheckHostName(host) == UriHostNameType.Unknown)
            throw new SettingException(host.Length == 0
                ? "Mail:Host must be set when Mail:Mode is Smtp."
                : $"Mail:Host must be the name or address of a mail server, not '{host}'.");
        if ((userName.Length == 0) != (password.Length == 0))
            throw new SettingException("Mail:UserName and Mail:Password go together: set both or neither.");
        if (password.Length > 0 && !tls)
            throw new SettingException("Mail:Password is sent over TLS alone: leave Mail:Tls true, or set no password.");
        return new()
        {
            Host = host,
            Port = port,
            Tls = tls,
            UserName = userName.Length == 0 ? null : userName,
            Password = password.Length == 0 ? null : password,
            Timeout = TimeSpan.FromSeconds(timeout),
        };
    }
}
