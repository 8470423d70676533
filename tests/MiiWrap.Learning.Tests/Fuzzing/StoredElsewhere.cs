using System.Text.RegularExpressions;
using CsvHelper;
using MimeKit;
using MiiWrap.Learning.Api.Features.Mails;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Fuzzing;

/// <summary>Looks at what other programs get of what was stored: spreadsheets, calendars, pages and mails.</summary>
internal static partial class StoredElsewhere
{
    private static readonly string[] Types = ["text/csv", "text/html", "text/calendar"];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>What is wrong with the files and pages that this cast can read.</summary>
    public static async Task<IReadOnlyList<string>> FaultsIn(
        HttpClient http, Uri server, FuzzScenario stage, IReadOnlyDictionary<string, string> stored)
    {
        var faults = new List<string>();
        foreach (var sound in stage.Sound.Where(s => s.Operation.Method == "GET").DistinctBy(s => s.Operation.Id))
        {
            foreach (var type in Types.Where(t => sound.Operation.Response(200)?["content"]?[t] is not null))
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(server, sound.Path));
                request.Headers.Authorization = stage.TokenOf(sound.Allowed.Count > 0 ? sound.Allowed[0] : Role.Anonymous);
                request.Headers.Add("Accept", type);
                using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Ct);
                if (!response.IsSuccessStatusCode || response.Content.Headers.ContentType?.MediaType != type) continue;
                var text = await response.Content.ReadAsStringAsync(Ct);
                if (FaultOf(type, text, stored) is { } fault) faults.Add($"{sound.Operation.Id} as {type} {fault}");
            }
        }

        return faults;
    }

    /// <summary>Every mail has one receiver, who is called as they are stored.</summary>
    public static async Task<IReadOnlyList<string>> FaultsInMails(LearningApp app)
    {
        await app.Send(new SendMails());
        var names = await app.InDb(db => Task.FromResult(
            db.Users.ToDictionary(p => p.Email!, p => p.Name, StringComparer.OrdinalIgnoreCase)));
        var faults = new List<string>();
        foreach (var file in Directory.Exists(app.MailFolder) ? Directory.GetFiles(app.MailFolder, "*.eml") : [])
        {
            using var mail = await MimeMessage.LoadAsync(file, Ct);
            if (mail.To.Concat(mail.Cc).Concat(mail.Bcc).ToList() is not [MailboxAddress only]
                || !names.TryGetValue(only.Address, out var name) || only.Name != name
                || mail.Headers.Count(h => h.Field.Equals("X-Receiver", StringComparison.OrdinalIgnoreCase)) > 1)
                faults.Add($"A mail goes to {mail.Headers["To"]}");
        }

        return faults;
    }

    private static string? FaultOf(string type, string text, IReadOnlyDictionary<string, string> stored) => type switch
    {
        "text/csv" => FaultOfCsv(text, stored),
        "text/html" => text.Contains("<b>&amp;</b>", StringComparison.Ordinal) || text.Contains("<script>alert", StringComparison.Ordinal)
            ? "holds markup that somebody wrote" : null,
        _ => text.Split("\r\n").FirstOrDefault(l => ControlPattern().IsMatch(l)) is { } line ? $"has the line '{line}'" : null,
    };

    private static string? FaultOfCsv(string text, IReadOnlyDictionary<string, string> stored)
    {
        using var csv = CsvReader.FromText(text, CsvReaderOptions.Default);
        var columns = csv.Headers.Count;
        while (csv.Read())
        {
            if (csv.FieldCount != columns) return $"has a line of {csv.FieldCount} fields and not {columns}";
            for (var i = 0; i < columns; i++)
            {
                var field = csv.GetString(i);
                // What a spreadsheet would take for a formula has an apostrophe before it.
                if (MarkPattern().Match(field) is { Success: true } mark && stored.TryGetValue(mark.Value, out var whole)
                    && field != whole && field != $"'{whole}") return $"has '{field}' for '{whole}'";
            }
        }

        return null;
    }

    [GeneratedRegex(@"[\x00-\x08\x0A-\x1F\x7F\uFFFE\uFFFF]", RegexOptions.None, -1)]
    private static partial Regex ControlPattern();

    [GeneratedRegex(OddValues.Mark + @"\d{9}\z", RegexOptions.None, -1)]
    private static partial Regex MarkPattern();
}
