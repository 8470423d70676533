using System.Globalization;
using MimeKit;

namespace MiiWrap.Learning.Api.Hosting;

/// <summary>A setting that cannot be used; the message is one sentence that names it.</summary>
public sealed class SettingException(string message) : Exception(message);

/// <summary>Which database holds the tables.</summary>
public enum DatabaseProvider
{
    Sqlite,
    SqlServer,
}

/// <summary>How mail leaves the program.</summary>
public enum MailMode
{
    Pickup,
    Smtp,
}

/// <summary>Every setting of the program, read once and checked at start; a wrong one stops it with one sentence.</summary>
public sealed record Settings
{
    public required DatabaseProvider Provider { get; init; }

    public required string ConnectionString { get; init; }

    /// <summary>The folder of the SQLite file, where keys and locks lie too.</summary>
    public required string DataFolder { get; init; }

    public required string ContentFolder { get; init; }

    public required MailSettings Mail { get; init; }

    /// <summary>The address at which people reach this program, without a slash at its end.</summary>
    public required Uri PublicBaseUrl { get; init; }

    /// <summary>The address of one of this program's own pages.</summary>
    public Uri LinkTo(string path) => new($"{PublicBaseUrl.ToString().TrimEnd('/')}{path}");

    public required bool JobsEnabled { get; init; }

    /// <summary>How far ahead nudges have jobs of their own.</summary>
    public required TimeSpan JobHorizon { get; init; }

    /// <summary>How many such jobs wait at most.</summary>
    public required int MostScheduledJobs { get; init; }

    public required bool HttpEnabled { get; init; }

    public required string DemoPassword { get; init; }

    public required DateTimeOffset? ClockStartAt { get; init; }

    /// <summary>How long the words of reflections are kept where no agency says otherwise.</summary>
    public required int RetentionMonths { get; init; }

    /// <summary>Nothing is purged anywhere.</summary>
    public required bool RetentionLegalHold { get; init; }

    public required LimitSettings Limits { get; init; }

    public required KeySettings Keys { get; init; }

    public required EdgeSettings Edge { get; init; }

    /// <summary>The OpenID provider; null where people sign in with passwords alone.</summary>
    public required AuthSettings? Auth { get; init; }

    /// <summary>How long other programs can still read an event.</summary>
    public required TimeSpan EventsKept { get; init; }

    /// <summary>True where webhooks may reach this machine and the networks around it, also without TLS.</summary>
    public required bool WebhooksReachPrivateNetworks { get; init; }

    public string? AutoMapperLicenseKey { get; init; }

    public static Settings Read(IConfiguration configuration, bool isDevelopment)
    {
        var read = new Reader(configuration);
        var provider = read.Choice("Database:Provider", DatabaseProvider.Sqlite);
        var connection = configuration.GetConnectionString("Learning");
        if (provider == DatabaseProvider.SqlServer && string.IsNullOrWhiteSpace(connection))
            throw new SettingException("ConnectionStrings:Learning must be set when Database:Provider is SqlServer.");
        var file = provider == DatabaseProvider.Sqlite ? Sqlite.FileOf(connection) : null;
        var startAt = read.Moment("Clock:StartAt");
        if (startAt is not null && !isDevelopment)
            throw new SettingException("Clock:StartAt works in the Development environment alone: elsewhere the program keeps real time.");
        return new()
        {
            Provider = provider,
            ConnectionString = file is null ? connection! : Sqlite.ConnectionTo(file),
            DataFolder = file is null ? BaseFolder.Resolve("data") : Path.GetDirectoryName(file)!,
            ContentFolder = Path.GetFullPath(read.Text("Content:Folder", "content"), AppContext.BaseDirectory),
            Mail = MailSettings.Read(read),
            PublicBaseUrl = read.Url("Public:BaseUrl", "http://localhost:5080"),
            JobsEnabled = read.Flag("Jobs:Enabled", true),
            JobHorizon = TimeSpan.FromHours(read.Number("Jobs:HorizonHours", 24, 1, 24 * 7)),
            MostScheduledJobs = read.Number("Jobs:MostScheduled", 20_000, 0, 1_000_000),
            HttpEnabled = read.Flag("Http:Enabled", true),
            DemoPassword = read.Text("Demo:Password", "learn-and-practise-1"),
            ClockStartAt = startAt,
            RetentionMonths = read.Number("Retention:Months", Domain.Retention.DefaultMonths, Domain.Retention.LeastMonths, Domain.Retention.MostMonths),
            RetentionLegalHold = read.Flag("Retention:LegalHold", false),
            Limits = LimitSettings.Read(read),
            Keys = KeySettings.Read(read, mustEncrypt: provider == DatabaseProvider.SqlServer && !isDevelopment),
            Edge = EdgeSettings.Read(read),
            Auth = AuthSettings.Read(read, isDevelopment),
            EventsKept = TimeSpan.FromDays(read.Number("Events:KeepDays", 90, 7, 3650)),
            WebhooksReachPrivateNetworks = read.Flag("Webhooks:AllowPrivateNetworks", false),
            AutoMapperLicenseKey = configuration["AutoMapper:LicenseKey"],
        };
    }

    internal sealed class Reader(IConfiguration configuration)
    {
        public string Text(string name, string otherwise) => configuration[name] is { Length: > 0 } text ? text : otherwise;

        /// <summary>Several values, with commas or blanks between them, or as <c>name:0</c>, <c>name:1</c> and so on.</summary>
        public IEnumerable<string> Several(string name) =>
            configuration.GetSection(name).GetChildren().Select(c => c.Value ?? "").Append(configuration[name] ?? "")
                .SelectMany(v => v.Split([',', ';', ' '], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));

        public bool Flag(string name, bool otherwise) =>
            configuration[name] is not { Length: > 0 } text ? otherwise
            : bool.TryParse(text, out var flag) ? flag
            : throw new SettingException($"{name} must be true or false, not '{text}'.");

        public int Number(string name, int otherwise, int least, int most) =>
            configuration[name] is not { Length: > 0 } text ? otherwise
            : int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most ? number
            : throw new SettingException($"{name} must be a whole number from {least} to {most}, not '{text}'.");

        public T Choice<T>(string name, T otherwise)
            where T : struct, Enum =>
            configuration[name] is not { Length: > 0 } text ? otherwise
            : Enum.GetNames<T>().Contains(text, StringComparer.OrdinalIgnoreCase) ? Enum.Parse<T>(text, ignoreCase: true)
            : throw new SettingException($"{name} must be one of {string.Join(", ", Enum.GetNames<T>())}, not '{text}'.");

        public Uri Url(string name, string otherwise)
        {
            var text = Text(name, otherwise);
            return Uri.TryCreate(text.TrimEnd('/'), UriKind.Absolute, out var url) && url.Scheme is "http" or "https"
                ? url
                : throw new SettingException($"{name} must be an http or https address, not '{text}'.");
        }

        public MailboxAddress Address(string name, string otherwise)
        {
            var text = Text(name, otherwise);
            return MailboxAddress.TryParse(text, out var address) && address.Domain.Length > 0
                ? address
                : throw new SettingException($"{name} must be a mail address, not '{text}'.");
        }

        public DateTimeOffset? Moment(string name) =>
            configuration[name] is not { Length: > 0 } text ? null
            : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment) ? moment
            : throw new SettingException($"{name} must be a moment such as 2027-03-15T15:00:00Z, not '{text}'.");
    }
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
            Server = mode == MailMode.Smtp ? MailServer.Read(read) : null,
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

    internal static MailServer Read(Settings.Reader read)
    {
        var host = read.Text("Mail:Host", "");
        if (Uri.CheckHostName(host) == UriHostNameType.Unknown)
            throw new SettingException(host.Length == 0 ? "Mail:Host must be set when Mail:Mode is Smtp." : $"Mail:Host must be the name or address of a mail server, not '{host}'.");
        var (userName, password) = (read.Text("Mail:UserName", ""), read.Text("Mail:Password", ""));
        if ((userName.Length == 0) != (password.Length == 0)) throw new SettingException("Mail:UserName and Mail:Password go together: set both or neither.");
        var tls = read.Flag("Mail:Tls", true);
        if (password.Length > 0 && !tls) throw new SettingException("Mail:Password is sent over TLS alone: leave Mail:Tls true, or set no password.");
        return new()
        {
            Host = host,
            Port = read.Number("Mail:Port", 587, 1, 65535),
            Tls = tls,
            UserName = userName.Length == 0 ? null : userName,
            Password = password.Length == 0 ? null : password,
            Timeout = TimeSpan.FromSeconds(read.Number("Mail:TimeoutSeconds", 20, 1, 45)),
        };
    }
}

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

    public required int OneTapPerMinute { get; init; }

    internal static LimitSettings Read(Settings.Reader read) => new()
    {
        CallerBurst = Of(read, "Limits:CallerBurst", 300),
        CallerPerSecond = Of(read, "Limits:CallerPerSecond", 50),
        AddressBurst = Of(read, "Limits:AddressBurst", 300),
        AddressPerSecond = Of(read, "Limits:AddressPerSecond", 20),
        SignInBurst = Of(read, "Limits:SignInBurst", 10),
        SignInPerMinute = Of(read, "Limits:SignInPerMinute", 10),
        SignInPerMinuteAndAddress = Of(read, "Limits:SignInPerMinuteAndAddress", 300),
        OneTapPerMinute = Of(read, "Limits:OneTapPerMinute", 30),
    };

    private static int Of(Settings.Reader read, string name, int otherwise) => read.Number(name, otherwise, 1, 1_000_000);
}

/// <summary>Relative folders lie against the repository's root when run from there, and against the working directory when published.</summary>
internal static class BaseFolder
{
    private const string Solution = "MiiWrap.Learning.sln";

    public static string Resolve(string path) => Path.GetFullPath(path, Root);

    private static readonly string Root = FindRoot();

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, Solution))) return folder.FullName;
        }

        return Environment.CurrentDirectory;
    }
}

internal static class Sqlite
{
    public static string FileOf(string? connection)
    {
        if (string.IsNullOrWhiteSpace(connection)) return BaseFolder.Resolve("data/learning.db");
        try
        {
            var source = new Microsoft.Data.Sqlite.SqliteConnectionStringBuilder(connection).DataSource;
            if (source.Length > 0 && !source.StartsWith(':') && !source.StartsWith("file:", StringComparison.OrdinalIgnoreCase)) return BaseFolder.Resolve(source);
        }
        catch (ArgumentException)
        {
            // Answered below, in words that name the setting.
        }

        throw new SettingException("ConnectionStrings:Learning must be of the form 'Data Source=FILE' when Database:Provider is Sqlite.");
    }

    public static string ConnectionTo(string file) => new Microsoft.Data.Sqlite.SqliteConnectionStringBuilder { DataSource = file }.ToString();
}
