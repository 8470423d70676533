using System.Globalization;
using MiiWrap.Learning.Domain.Coaching;
using MiiWrap.Learning.Domain.Reflections;
using MimeKit;

namespace MiiWrap.Learning.Api.Configuration;

/// <summary>A setting that cannot be used; the message is one sentence that names it.</summary>
public sealed class SettingException(string message) : Exception(message);

/// <summary>Which database holds the tables.</summary>
public enum DatabaseProvider
{
    Sqlite,
    SqlServer,
}

/// <summary>Every setting of the program, read once and checked at start; a wrong one stops it with one sentence.</summary>
public sealed record Settings
{
    public required DatabaseProvider Provider { get; init; }

    public required string ConnectionString { get; init; }

    /// <summary>The folder of the SQLite file, where locks lie too.</summary>
    public required string DataFolder { get; init; }

    public required string ContentFolder { get; init; }

    public required MailSettings Mail { get; init; }

    /// <summary>The address at which people reach this program, without a slash at its end.</summary>
    public required Uri PublicBaseUrl { get; init; }

    /// <summary>Where people study, when they have chosen a password; this program's own front page where no other is named.</summary>
    public required Uri FrontEndUrl { get; init; }

    /// <summary>The front end that ships with the program is served at its address.</summary>
    public required bool WebEnabled { get; init; }

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

    /// <summary>Authors of front ends may move the clock on, read the mails and begin anew.</summary>
    public required bool SandboxEnabled { get; init; }

    /// <summary>How long the words of reflections are kept where no agency says otherwise.</summary>
    public required int RetentionMonths { get; init; }

    /// <summary>Nothing is purged anywhere.</summary>
    public required bool RetentionLegalHold { get; init; }

    public required LimitSettings Limits { get; init; }

    public required KeySettings Keys { get; init; }

    public required RequestSettings Requests { get; init; }

    public required TelemetrySettings Telemetry { get; init; }

    /// <summary>The OpenID provider; null where people sign in with passwords alone.</summary>
    public required AuthSettings? Auth { get; init; }

    /// <summary>A programme admin who signs in with a password here may do nothing without a second factor but turn it on.</summary>
    public required bool RequireSecondFactor { get; init; }

    /// <summary>How long other programs can still read an event.</summary>
    public required TimeSpan EventsKept { get; init; }

    /// <summary>True where webhooks may reach this machine and the networks around it, also without TLS.</summary>
    public required bool WebhooksReachPrivateNetworks { get; init; }

    /// <summary>How much coaching is enough.</summary>
    public required DosageRule Dosage { get; init; }

    /// <summary>From so many points a month on, somebody's fidelity is said to fall or to rise.</summary>
    public required decimal DriftSlope { get; init; }

    public required CredentialSettings Credentials { get; init; }

    public string? AutoMapperLicenseKey { get; init; }

    /// <param name="usesKeys">False for what neither opens nor makes a token or a link, and so needs no certificate.</param>
    public static Settings Read(IConfiguration configuration, bool isDevelopment, bool usesKeys = true)
    {
        KnownSettings.RefuseUnknown(configuration);
        return Read(new Reader(configuration), isDevelopment, usesKeys);
    }

    /// <summary>A reader that was asked for every setting, of which none was given.</summary>
    internal static Reader NamesByDefault()
    {
        var read = new Reader(new ConfigurationBuilder().Build());
        Read(read, isDevelopment: true, usesKeys: true);
        return read;
    }

    private static Settings Read(Reader read, bool isDevelopment, bool usesKeys)
    {
        var provider = read.Choice("Database:Provider", DatabaseProvider.Sqlite);
        var connection = read.Text("ConnectionStrings:Learning", "");
        if (provider == DatabaseProvider.SqlServer && string.IsNullOrWhiteSpace(connection))
            throw new SettingException("ConnectionStrings:Learning must be set when Database:Provider is SqlServer.");
        var file = provider == DatabaseProvider.Sqlite ? Sqlite.FileOf(connection) : null;
        var startAt = read.Moment("Clock:StartAt");
        var baseUrl = read.Url("Public:BaseUrl", "http://localhost:5080");
        var frontEndUrl = read.Url("Public:FrontEndUrl", baseUrl.ToString());
        if (startAt is not null && !isDevelopment)
            throw new SettingException("Clock:StartAt works in the Development environment alone: elsewhere the program keeps real time.");
        return new()
        {
            Provider = provider,
            ConnectionString = file is null ? connection : Sqlite.ConnectionTo(file),
            DataFolder = file is null ? BaseFolder.Resolve("data") : Path.GetDirectoryName(file)!,
            ContentFolder = Path.GetFullPath(read.Text("Content:Folder", "content"), AppContext.BaseDirectory),
            Mail = MailSettings.Read(read),
            PublicBaseUrl = baseUrl,
            FrontEndUrl = frontEndUrl,
            // Whoever has named another front end wants people there.
            WebEnabled = read.Flag("Web:Enabled", frontEndUrl == baseUrl),
            JobsEnabled = read.Flag("Jobs:Enabled", true),
            JobHorizon = TimeSpan.FromHours(read.Number("Jobs:HorizonHours", 24, 1, 24 * 7)),
            MostScheduledJobs = read.Number("Jobs:MostScheduled", 20_000, 0, 1_000_000),
            HttpEnabled = read.Flag("Http:Enabled", true),
            DemoPassword = read.Text("Demo:Password", "learn-and-practise-1"),
            ClockStartAt = startAt,
            SandboxEnabled = IsSandbox(read, provider, isDevelopment),
            RetentionMonths = read.Number("Retention:Months", Retention.DefaultMonths, Retention.LeastMonths, Retention.MostMonths),
            RetentionLegalHold = read.Flag("Retention:LegalHold", false),
            Limits = LimitSettings.Read(read),
            Keys = KeySettings.Read(read, usesKeys, mustEncrypt: !isDevelopment),
            Requests = RequestSettings.Read(read),
            Telemetry = TelemetrySettings.Read(read),
            Auth = AuthSettings.Read(read, isDevelopment),
            RequireSecondFactor = read.Flag("Auth:RequireSecondFactor", false),
            EventsKept = TimeSpan.FromDays(read.Number("Events:KeepDays", 90, 7, 3650)),
            WebhooksReachPrivateNetworks = read.Flag("Webhooks:AllowPrivateNetworks", false),
            Dosage = new(
                read.Number("Coaching:ContactsNeeded", DosageRule.Default.ContactsNeeded, 1, 24),
                read.Number("Coaching:WindowDays", DosageRule.Default.WindowDays, 28, 728),
                read.Number("Coaching:LeastMinutes", DosageRule.Default.LeastMinutes, 5, 120)),
            DriftSlope = read.Decimal("Fidelity:DriftSlope", 0.5m, 0.1m, 10m),
            Credentials = CredentialSettings.Read(read),
            AutoMapperLicenseKey = read.Text("AutoMapper:LicenseKey", "") is { Length: > 0 } license ? license : null,
        };
    }

    private static bool IsSandbox(Reader read, DatabaseProvider provider, bool isDevelopment)
    {
        if (!read.Flag("Sandbox:Enabled", false)) return false;
        if (!isDevelopment)
            throw new SettingException("Sandbox:Enabled works in the Development environment alone: anybody could empty the database.");
        if (provider != DatabaseProvider.Sqlite || read.Choice("Mail:Mode", MailMode.Pickup) != MailMode.Pickup)
            throw new SettingException("Sandbox:Enabled needs Database:Provider Sqlite and Mail:Mode Pickup: it empties the one and reads the other.");
        return true;
    }

    /// <summary>Reads settings by name, and remembers for which it was asked: those are the settings that there are.</summary>
    internal sealed class Reader(IConfiguration configuration)
    {
        private readonly HashSet<string> names = new(StringComparer.OrdinalIgnoreCase);
        private readonly HashSet<string> lists = new(StringComparer.OrdinalIgnoreCase);

        public IReadOnlySet<string> Names => names;

        /// <summary>Those of them that take several values.</summary>
        public IReadOnlySet<string> Lists => lists;

        public string Text(string name, string otherwise) => ValueOf(name) is { Length: > 0 } text ? text : otherwise;

        /// <summary>Several values, with commas or blanks between them, or as <c>name:0</c>, <c>name:1</c> and so on.</summary>
        public IEnumerable<string> Several(string name)
        {
            lists.Add(name);
            return configuration.GetSection(name).GetChildren().Select(c => c.Value ?? "").Append(ValueOf(name) ?? "")
                .SelectMany(v => v.Split([',', ';', ' '], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        }

        public bool Flag(string name, bool otherwise) =>
            ValueOf(name) is not { Length: > 0 } text ? otherwise
            : bool.TryParse(text, out var flag) ? flag
            : throw new SettingException($"{name} must be true or false, not '{text}'.");

        public int Number(string name, int otherwise, int least, int most) =>
            ValueOf(name) is not { Length: > 0 } text ? otherwise
            : int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : throw new SettingException($"{name} must be a whole number from {least} to {most}, not '{text}'.");

        public decimal Decimal(string name, decimal otherwise, decimal least, decimal most) =>
            ValueOf(name) is not { Length: > 0 } text ? otherwise
            : decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
                && number >= least && number <= most
            ? number
            : throw new SettingException(string.Create(
                CultureInfo.InvariantCulture, $"{name} must be a number from {least} to {most}, such as {otherwise}, not '{text}'."));

        public T Choice<T>(string name, T otherwise)
            where T : struct, Enum =>
            ValueOf(name) is not { Length: > 0 } text ? otherwise
            : Enum.GetNames<T>().Contains(text, StringComparer.OrdinalIgnoreCase) ? Enum.Parse<T>(text, ignoreCase: true)
            : throw new SettingException($"{name} must be one of {string.Join(", ", Enum.GetNames<T>())}, not '{text}'.");

        public Uri Url(string name, string otherwise)
        {
            var text = Text(name, otherwise);
            return Uri.TryCreate(text.TrimEnd('/'), UriKind.Absolute, out var url) && url.Scheme is "http" or "https"
                && WebAddresses.IsReachable(url)
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
            ValueOf(name) is not { Length: > 0 } text ? null
            : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment) ? moment
            : throw new SettingException($"{name} must be a moment such as 2027-03-15T15:00:00Z, not '{text}'.");

        private string? ValueOf(string name)
        {
            names.Add(name);
            return configuration[name];
        }
    }
}

/// <summary>
/// Relative folders lie against the repository's root when run from there, and against the working directory when published.
/// </summary>
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
            if (source.Length > 0 && !source.StartsWith(':') && !source.StartsWith("file:", StringComparison.OrdinalIgnoreCase))
                return BaseFolder.Resolve(source);
        }
        catch (ArgumentException)
        {
            // Answered below, in words that name the setting.
        }

        throw new SettingException("ConnectionStrings:Learning must be of the form 'Data Source=FILE' when Database:Provider is Sqlite.");
    }

    public static string ConnectionTo(string file) =>
        new Microsoft.Data.Sqlite.SqliteConnectionStringBuilder { DataSource = file }.ToString();
}
