using System.Diagnostics;
using System.Globalization;
using MiiWrap.Learning.CrashHarness;

// Kills two nodes on one database at random moments of sending, lets days pass by starting them at a later clock, and counts at the end
// what the mail folder got against what the ledger says. It knows the program by its process, its API and its folder alone.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var rounds = int.Parse(Option("--rounds") ?? "200", CultureInfo.InvariantCulture);
var seed = int.Parse(
    Option("--seed") ?? Random.Shared.Next(1, int.MaxValue).ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
var api = Option("--api") ?? FindApi();
var random = new Random(seed);
var folder = Directory.CreateTempSubdirectory("learning-crash-").FullName;
var keys = Node.MakeKeys();
var clock = new DateTimeOffset(2027, 2, 1, 16, 0, 0, TimeSpan.Zero);
var learners = new Class();
var postman = new Postman(Path.Combine(folder, "mail"));
var (kills, killsWhileSending) = (0, 0);
Console.WriteLine($"{rounds} rounds, seed {seed}, in {folder}");

const int RoundsBetweenStudies = 4;
for (var round = 0; round < rounds; round++)
{
    if (round % RoundsBetweenStudies == 0)
    {
        using var calm = Node.Start(api, folder, keys, clock, jobs: false);
        await calm.Ready();
        if (round == 0) await learners.Enrol(calm.Address, clock);
        await learners.Study(calm.Address, clock, random);
    }

    clock = NextWorkday(clock.AddDays(random.Next(1, 4)));
    var two = new[] { Node.Start(api, folder, keys, clock, jobs: true), Node.Start(api, folder, keys, clock, jobs: true) };
    var begun = Stopwatch.StartNew();
    // Mostly in the middle of the sending; now and then at any moment, the start included.
    var anyMoment = random.Next(5) == 0;
    var anyTime = TimeSpan.FromMilliseconds(random.Next(6000));
    var collected = 0;
    while (begun.Elapsed < TimeSpan.FromSeconds(30))
    {
        if (anyMoment ? begun.Elapsed > anyTime : (collected += postman.Collect()) > 0) break;
        if (!anyMoment) Thread.Sleep(1);
    }

    // Some after the first mail, some after the last.
    if (collected > 0) Spin(TimeSpan.FromMilliseconds(Math.Pow(random.NextDouble(), 2) * 400));
    var first = random.Next(2);
    two[first].Dispose();
    if (collected > 0) Spin(TimeSpan.FromMilliseconds(random.NextDouble() * 40));
    two[1 - first].Dispose();
    kills += 2;
    if (collected > 0 || postman.Collect() > 0) killsWhileSending += 2;
    postman.Collect();
    if ((round + 1) % 10 == 0) Console.WriteLine($"round {round + 1}: {postman.Letters.Count} mails, clock {clock:yyyy-MM-dd}");
}

// Calm in the end: what the dead have left behind goes out, and then nothing may be waiting behind the clock.
clock = NextWorkday(clock.AddDays(1));
List<LedgerRow> ledger;
DateTimeOffset readAt;
using (var last = Node.Start(api, folder, keys, clock, jobs: true))
{
    var begun = Stopwatch.StartNew();
    await last.Ready();
    // A lease lasts a minute, and a sweep comes every fifteen seconds.
    var quiet = Stopwatch.StartNew();
    while (begun.Elapsed < TimeSpan.FromSeconds(100)
        && (quiet.Elapsed < TimeSpan.FromSeconds(35) || begun.Elapsed < TimeSpan.FromSeconds(40)))
    {
        if (postman.Collect() > 0) quiet.Restart();
        await Task.Delay(200);
    }

    readAt = clock + begun.Elapsed - TimeSpan.FromSeconds(20);
    ledger = await learners.Ledger(last.Address);
}

postman.Collect();
var messagesOf = postman.Letters.SelectMany(l => l.Nudges.Select(n => (Nudge: n, l.MessageId))).ToLookup(x => x.Nudge, x => x.MessageId);
var lost = ledger.Count(n => n.Status == "sent" && !messagesOf.Contains(n.Id));
var behind = ledger.Count(n => n.Status == "planned" && n.DueAt < readAt);
var duplicated = ledger.Count(n => messagesOf[n.Id].Distinct().Count() > 1);
var repeated = postman.Letters.GroupBy(l => l.MessageId).Sum(g => g.Count() - 1);
// Mails with check-ins alone: staff may be told of several things on one day.
var twoADay = postman.Letters.Where(l => l.Nudges.Count > 0).DistinctBy(l => l.MessageId)
    .GroupBy(l => (l.To, l.Date.AddHours(-6).Date)).Count(g => g.Count() > 1);
var states = string.Join(", ", ledger.GroupBy(n => n.Status).OrderBy(g => g.Key, StringComparer.Ordinal)
    .Select(g => $"{g.Key} {g.Count()}"));
Console.WriteLine($"kills {kills}, of them while mails went out {killsWhileSending}");
Console.WriteLine($"asks {ledger.Count}: {states}");
Console.WriteLine($"mails {postman.Letters.Count}, same Message-ID again {repeated}, days with two mails to one person {twoADay}");
Console.WriteLine($"lost {lost}, left behind the clock {behind}, in two messages {duplicated}");
var ok = lost == 0 && behind == 0 && duplicated == 0 && twoADay == 0 && repeated <= kills && ledger.Any(n => n.Status == "sent");
Console.WriteLine(ok ? "ok" : $"not ok: run again with --seed {seed}; the database is kept in {folder}");
if (ok) Directory.Delete(folder, recursive: true);
Directory.Delete(keys, recursive: true);
return ok ? 0 : 1;

static DateTimeOffset NextWorkday(DateTimeOffset day)
{
    while (day.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday) day = day.AddDays(1);
    return day;
}

static void Spin(TimeSpan time)
{
    for (var watch = Stopwatch.StartNew(); watch.Elapsed < time;) Thread.SpinWait(100);
}

string? Option(string name) => Array.IndexOf(args, name) is >= 0 and var at && at + 1 < args.Length ? args[at + 1] : null;

static string FindApi()
{
    var configuration = AppContext.BaseDirectory
        .Contains($"{Path.DirectorySeparatorChar}Release{Path.DirectorySeparatorChar}", StringComparison.Ordinal) ? "Release" : "Debug";
    for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
    {
        var file = Path.Combine(
            folder.FullName, "src", "MiiWrap.Learning.Api", "bin", configuration, "net10.0", "MiiWrap.Learning.Api.dll");
        if (File.Exists(file)) return file;
    }

    throw new FileNotFoundException("Build the program first, in the same configuration: dotnet build.");
}
