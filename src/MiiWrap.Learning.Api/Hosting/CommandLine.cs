using System.Globalization;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.Data.SqlClient;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore.Storage;
using MiiWrap.Learning.Api.Configuration;
using MiiWrap.Learning.Api.Content;
using MiiWrap.Learning.Api.Data;

namespace MiiWrap.Learning.Api.Hosting;

/// <summary>What the command line asks for.</summary>
internal sealed record Verb(string? Name, string? Argument, string[] HostArguments)
{
    public const string Migrate = "--migrate";
    public const string ExportOpenApi = "--export-openapi";
    public const string CheckContent = "--check-content";
    public const string InviteAdmin = "--invite-admin";
    public const string ResetSecondFactor = "--reset-second-factor";
    public const string RotateBadgeKey = "--rotate-badge-key";
    public const string Help = "--help";
    public const string Version = "--version";

    /// <summary>True when the program stays and serves.</summary>
    public bool Serves => Name is null;

    /// <summary>True when tokens, links or keys are opened or made.</summary>
    public bool UsesKeys => Serves || Name is InviteAdmin or RotateBadgeKey;

    /// <summary>What each takes, and what that is; nothing where it takes none.</summary>
    private static readonly Dictionary<string, string?> Arguments = new(StringComparer.Ordinal)
    {
        [Migrate] = null,
        [InviteAdmin] = "the e-mail address of the person to invite",
        [ResetSecondFactor] = "the e-mail address of the person who lost phone and codes",
        [RotateBadgeKey] = null,
        [CheckContent] = "the folder to check",
        [ExportOpenApi] = "the name of the file to write",
        [Version] = null,
        [Help] = null,
    };

    /// <exception cref="SettingException">An argument is unknown, or lacks its value.</exception>
    public static Verb Parse(string[] args)
    {
        Verb verb = new(null, null, []);
        if (args.Any(a => a is Help or "-h")) return verb with { Name = Help };
        var options = new List<string>();
        for (var i = 0; i < args.Length; i++)
        {
            var (name, value) = args[i].Split('=', 2) is [var before, var after] ? (before, after) : (args[i], null);
            if (!Arguments.TryGetValue(name, out var what))
            {
                MustBeOption(name, value);
                options.Add(args[i]);
                if (value is null) options.Add(Next(args, ref i) ?? throw new SettingException($"{name} needs a value: {name}=VALUE."));
                continue;
            }

            if (verb.Name is { } other) throw new SettingException($"{other} and {name} cannot be done at once: give one of them.");
            if (what is null && value is not null) throw new SettingException($"{name} takes no value.");
            verb = verb with
            {
                Name = name,
                Argument = what is null ? null : value ?? Next(args, ref i) ?? throw new SettingException($"{name} needs {what}."),
            };
        }

        return verb with { HostArguments = [.. options] };
    }

    /// <summary>Moves to the argument after this one, unless it begins something of its own.</summary>
    private static string? Next(string[] args, ref int at) =>
        at + 1 < args.Length && !args[at + 1].StartsWith("--", StringComparison.Ordinal) ? args[++at] : null;

    private static void MustBeOption(string name, string? value)
    {
        if (name.StartsWith("--", StringComparison.Ordinal) && KnownSettings.IsOption(name[2..], isEmpty: value is "")) return;
        // The value may be a secret, and is not repeated.
        throw new SettingException(
            $"There is no argument {name}; the nearest is {NearestName.To(name, Arguments.Keys.Concat(KnownSettings.Options))}.");
    }

    public Task ExecuteAsync(WebApplication app, Settings settings) => Name switch
    {
        Migrate => DatabaseInitializer.Migrate(app, settings),
        InviteAdmin => AdminInvitations.Print(app, settings, Argument!),
        ResetSecondFactor => SecondFactorResets.Print(app, settings, Argument!),
        RotateBadgeKey => BadgeKeyRotation.Print(app, settings),
        ExportOpenApi => OpenApiExport.Write(app, settings, Argument!),
        _ => ServerRunner.Run(app, settings),
    };
}

/// <summary>
/// Turns what goes wrong at start into one clear sentence and an exit code; a stack trace helps nobody who mistyped a setting.
/// </summary>
internal static class CommandLine
{
    private const string Usage = $"""
        Usage: MiiWrap.Learning.Api [argument] [--Section:Setting=value ...] [--urls=ADDRESS] [--environment=NAME]

          (none)                     serves, after migrating and publishing content
          {Verb.Migrate}                  applies the schema and exits
          {Verb.InviteAdmin} EMAIL       makes a programme admin and prints the invitation's link
          {Verb.ResetSecondFactor} EMAIL turns off the second factor of somebody who lost phone and codes
          {Verb.RotateBadgeKey}         signs badges by a new key from now on; the old ones stay good
          {Verb.CheckContent} FOLDER     tells authors everything that is wrong, by file and line
          {Verb.ExportOpenApi} FILE      writes the OpenAPI document
          {Verb.Version}                  prints the version
          {Verb.Help}                     prints this text

        Settings come from appsettings.json, the environment (A__B is A:B) or the command line: deploy/OPERATIONS.md lists them.
        An argument or a setting that is not known stops the program.
        """;

    public static async Task<int> Run(string[] args, Func<Verb, Task> program)
    {
        CultureInfo.DefaultThreadCurrentCulture = CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        try
        {
            var verb = Verb.Parse(args);
            switch (verb.Name)
            {
                case Verb.Help:
                    await Console.Out.WriteLineAsync(Usage);
                    return 0;
                case Verb.Version:
                    await Console.Out.WriteLineAsync($"MiiWrap.Learning {typeof(CommandLine).Assembly.GetName().Version!.ToString(3)}");
                    return 0;
                // An author's check needs no settings and no database: it runs before there is a host.
                case Verb.CheckContent:
                    return ContentCheck.Run(verb.Argument!, Console.Out);
                default:
                    await program(verb);
                    return 0;
            }
        }
        catch (Exception e) when (Sentence(e) is not null)
        {
            await Console.Error.WriteLineAsync(Sentence(e));
            return 1;
        }
    }

    /// <summary>What an operator can mend, in one sentence; null for a fault of the program's own.</summary>
    internal static string? Sentence(Exception exception) => exception switch
    {
        SettingException or ContentException or DatabaseBusyException => exception.Message,
        RetryLimitExceededException { InnerException: { } last } => Sentence(last),
        AddressInUseException => "The address is taken: another program listens there. Stop it, or choose another with ASPNETCORE_URLS.",
        IOException { InnerException: AddressInUseException } =>
            $"{exception.Message} Stop the program that listens there, or choose another address with ASPNETCORE_URLS.",
        SocketException { SocketErrorCode: SocketError.AccessDenied or SocketError.AddressNotAvailable } =>
            $"The address cannot be opened: {exception.Message}. Choose another with ASPNETCORE_URLS.",
        SqliteException { SqliteErrorCode: 8 or 14 } =>
            $"The database cannot be written: {exception.Message} See ConnectionStrings:Learning.",
        SqliteException { SqliteErrorCode: 26 or 11 } =>
            $"The database file is not a sound SQLite database: {exception.Message} See ConnectionStrings:Learning.",
        SqliteException { SqliteErrorCode: 5 or 6 } =>
            $"The database is locked by another process: {exception.Message} Stop that process, and start again.",
        SqlException server => $"{Cause(server)}: {server.Message.Split('\n')[0].Trim()} See ConnectionStrings:Learning.",
        UnauthorizedAccessException =>
            $"A folder cannot be written: {exception.Message} See ConnectionStrings:Learning and Mail:PickupFolder.",
        _ => null,
    };

    private static string Cause(SqlException error) => error.Number switch
    {
        // The login is unknown, or its password is wrong; it has no user in the database; its password has run out.
        18456 or 916 or 18487 or 18488 => "The database server refuses the login",
        4060 => "The database is not there, or this login may not open it",
        262 => "The database is not there, and this login may not make it",
        // Its own codes are small; everything of the network is reported as 0, negative, or with the system's number.
        -2 or -1 or 0 or 2 or 26 or 35 or 40 or 53 or 64 or 121 or 233 or 258
            or (>= 10000 and <= 11999) => "The database server does not answer",
        1222 or 1205 => "The database is locked by another process",
        _ => "The database server cannot be used",
    };
}
