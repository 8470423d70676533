namespace MiiWrap.Learning.Api.Configuration;

/// <summary>
/// The names of all settings, as the code that reads them asks for them, so that a misspelled one stops the start instead of being
/// overlooked.
/// </summary>
internal static class KnownSettings
{
    // .NET's own, which its documentation lists.
    private static readonly string[] SectionsOfTheFramework = ["Logging", "Kestrel", "AllowedHosts", "hostBuilder"];

    // Every name is asked for on the way to the defaults of Development.
    private static readonly Settings.Reader Asked = Settings.NamesByDefault();

    private static readonly HashSet<string> Names = new(Asked.Names, StringComparer.OrdinalIgnoreCase);

    private static readonly HashSet<string> Sections =
        new(Names.Where(n => n.Contains(':', StringComparison.Ordinal)).Select(SectionOf), StringComparer.OrdinalIgnoreCase);

    /// <summary>Options of the host, such as <c>--urls</c>.</summary>
    private static readonly HashSet<string> HostOptions = new(
        new[] { typeof(HostDefaults), typeof(WebHostDefaults) }.SelectMany(t => t.GetFields()).Select(f => (string)f.GetValue(null)!),
        StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// Refuses names in this program's own sections that nothing reads. A value of a section itself is none of them: the shell has a
    /// variable <c>MAIL</c>.
    /// </summary>
    public static void RefuseUnknown(IConfiguration configuration)
    {
        foreach (var (name, value) in configuration.AsEnumerable())
        {
            if (value is null || !name.Contains(':', StringComparison.Ordinal) || !Sections.Contains(SectionOf(name)) || IsKnown(name))
                continue;
            throw new SettingException($"There is no setting {name}; the nearest is {NearestName.To(name, Names)}.");
        }
    }

    /// <summary>True for what <c>--name=value</c> may name on the command line.</summary>
    /// <param name="isEmpty">No value is given: a whole section may stand so.</param>
    public static bool IsOption(string name, bool isEmpty) =>
        HostOptions.Contains(name) || IsKnown(name) || (isEmpty && Sections.Contains(name))
        || name.StartsWith(TelemetrySettings.Prefix, StringComparison.OrdinalIgnoreCase)
        || SectionsOfTheFramework.Contains(SectionOf(name), StringComparer.OrdinalIgnoreCase);

    /// <summary>What may be named on the command line, as it is written there.</summary>
    public static IEnumerable<string> Options => HostOptions.Concat(Names).Select(n => $"--{n}");

    private static bool IsKnown(string name) => Names.Contains(name)
        // One of several: Cors:Origins:0.
        || (name.LastIndexOf(':') is > 0 and var at && Asked.Lists.Contains(name[..at]) && name[(at + 1)..].All(char.IsAsciiDigit))
        // Comes with a connection string that a platform gives in its own variables, SQLCONNSTR_Learning among them.
        || (name.EndsWith("_ProviderName", StringComparison.OrdinalIgnoreCase)
            && SectionOf(name).Equals("ConnectionStrings", StringComparison.OrdinalIgnoreCase));

    private static string SectionOf(string name) => name.Split(':')[0];
}
