using System.Globalization;
using System.Text;

namespace MiiWrap.Learning.Benchmarks;

/// <summary>Draws a run as two pictures: how each route compares with the bare server, and how time grows with size.</summary>
internal static class Plots
{
    // As wide as a phone, so that the words are still large enough there; a wider page enlarges it.
    private const int Width = 400;
    private const int Margin = 14;

    private const string Style = """
        <style>
        svg { max-width: 100%; height: auto; font: 13px system-ui, sans-serif; fill: #22201d; }
        .paper { fill: #ffffff; } .faint { stroke: #d8d3ca; } .small { font-size: 12px; fill: #5b564e; } .head { font-size: 15px; font-weight: 600; }
        .bar, .c0 { fill: #1f6f5c; } .goal, .c1 { fill: #a5542a; } .l0 { stroke: #1f6f5c; } .l1 { stroke: #a5542a; } .l1 { stroke-dasharray: 7 4; } .line { fill: none; stroke-width: 2.5; }
        @media (prefers-color-scheme: dark) {
        svg { fill: #ece8e1; } .paper { fill: #1c1a17; } .faint { stroke: #4a463f; } .small { fill: #b9b3a8; }
        .bar, .c0 { fill: #5fb89f; } .goal, .c1 { fill: #e8945f; } .l0 { stroke: #5fb89f; } .l1 { stroke: #e8945f; }
        }
        </style>
        """;

    public static void Draw(Run run, string folder)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "ratio.svg"), Ratios(run));
        File.WriteAllText(Path.Combine(folder, "growth.svg"), Growth(run));
    }

    private static string Ratios(Run run)
    {
        const int Top = 62, Step = 45;
        var rows = run.Results.Where(r => r.RatioToBare is not null && !r.IsVariant).ToList();
        var scale = (Width - (2 * Margin)) / Math.Max(1, rows.Select(r => r.RatioToBare!.Value).DefaultIfEmpty().Max());
        var bottom = Top + (rows.Count * Step);
        var told = rows.Select(r => F($"{r.Name} {Told(r)}"));
        var svg = Begin(bottom + 30, "Requests per CPU second, bare server = 1",
            $"A bar for each route, as a share of what a bare Kestrel server does: {string.Join("; ", told)}.");
        svg.Append(
            F($"""<rect class="goal" x="{Margin}" y="36" width="3" height="13"/><text class="small" x="{Margin + 9}" y="47">the goal, where there is one</text>"""));
        foreach (var (share, anchor) in new[] { (0.0, "start"), (0.5, "middle"), (1.0, "end") })
        {
            var x = Margin + (share * scale);
            svg.Append(
                F($"""<line class="faint" x1="{x:0.#}" y1="{Top}" x2="{x:0.#}" y2="{bottom}"/><text class="small" x="{x:0.#}" y="{bottom + 17}" text-anchor="{anchor}">{share:0.#}</text>"""));
        }

        for (var i = 0; i < rows.Count; i++)
        {
            var (y, row) = (Top + (i * Step), rows[i]);
            svg.Append(
                F($"""<text x="{Margin + 4}" y="{y + 17}">{row.Name}</text><text x="{Width - Margin - 4}" y="{y + 17}" text-anchor="end">{Told(row)}</text>"""));
            svg.Append(F($"""<rect class="bar" x="{Margin}" y="{y + 26}" width="{row.RatioToBare!.Value * scale:0.#}" height="12"/>"""));
            if (row.Bound is { } bound)
                svg.Append(F($"""<rect class="goal" x="{Margin + (bound * scale) - 1.5:0.#}" y="{y + 24}" width="3" height="16"/>"""));
        }

        return svg.Append("</svg>\n").ToString();

        static string Told(Result r) => r.Bound is { } bound ? F($"{r.RatioToBare:0.00}, goal {bound:0.00}") : F($"{r.RatioToBare:0.00}");
    }

    private static string Growth(Run run)
    {
        const int Left = 40, Height = 220;
        // What is drawn is work on tables of different sizes; memory is drawn by nobody.
        var curves = run.Results.Where(r => r is { Growth: not null, Sizes: not null } && r.Name != Result.Memory).ToList();
        var points = curves.SelectMany(c => c.Sizes!.Select(p => (p.Size, Share: Share(c, p)))).ToList();
        if (points.Count == 0) return Begin(60, "No growth was measured", "Nothing to draw.").Append("</svg>\n").ToString();
        var top = 50 + (curves.Count * 20);
        var (fromX, toX) = (Math.Log10(points.Min(p => p.Size)), Math.Log10(points.Max(p => p.Size)));
        var most = Math.Max(2, points.Max(p => p.Share) * 1.1);
        double X(double size) => Left + ((Math.Log10(size) - fromX) / Math.Max(1, toX - fromX) * (Width - Margin - 14 - Left));
        double Y(double share) => top + Height - (share / most * Height);
        var told = curves.Select(c => F($"{c.Name}: {string.Join(", ", c.Sizes!.Select(p => F($"{p.Value:0.#} ms at {p.Size:N0}")))}"));
        var svg = Begin(top + Height + 48, "Time for the same work in larger tables",
            $"A line for each kind of work over the number of rows, as a multiple of the time at the smallest. {string.Join("; ", told)}.");
        for (var i = 0; i < curves.Count; i++)
        {
            var last = curves[i].Sizes![^1];
            svg.Append(
                F($"""<rect class="c{i % 2}" x="{Margin}" y="{40 + (i * 20)}" width="12" height="12"/><text class="small" x="{Margin + 18}" y="{50 + (i * 20)}">{curves[i].Name}, {last.Value:0.#} ms at {last.Size:N0}</text>"""));
        }

        for (var power = (int)Math.Ceiling(fromX); power <= toX; power++)
        {
            var x = X(Math.Pow(10, power));
            svg.Append(
                F($"""<line class="faint" x1="{x:0.#}" y1="{top}" x2="{x:0.#}" y2="{top + Height}"/><text class="small" x="{x:0.#}" y="{top + Height + 17}" text-anchor="middle">{Short(power)}</text>"""));
        }

        svg.Append(
            F($"""<text class="small" x="{(Left + Width - Margin) / 2}" y="{top + Height + 36}" text-anchor="middle">learners of the cohort, or nudges planned</text>"""));
        for (var share = 0.0; share <= most; share += most > 6 ? Math.Ceiling(most / 6) : 0.5)
            svg.Append(
                F($"""<line class="faint" x1="{Left}" y1="{Y(share):0.#}" x2="{Width - Margin}" y2="{Y(share):0.#}"/><text class="small" x="{Left - 6}" y="{Y(share) + 4:0.#}" text-anchor="end">{share:0.#}×</text>"""));
        for (var i = 0; i < curves.Count; i++)
        {
            var curve = curves[i];
            svg.Append(
                F($"""<polyline class="line l{i % 2}" points="{string.Join(' ', curve.Sizes!.Select(p => F($"{X(p.Size):0.#},{Y(Share(curve, p)):0.#}")))}"/>"""));
            foreach (var p in curve.Sizes!)
                svg.Append(F($"""<circle class="c{i % 2}" cx="{X(p.Size):0.#}" cy="{Y(Share(curve, p)):0.#}" r="4"/>"""));
        }

        return svg.Append("</svg>\n").ToString();

        static double Share(Result curve, Point point) => point.Value / curve.Sizes![0].Value;
    }

    private static string Short(int power) => (power / 3, (int)Math.Pow(10, power % 3)) switch
    {
        (0, var one) => F($"{one}"),
        (1, var one) => F($"{one}k"),
        (_, var one) => F($"{one}M"),
    };

    private static StringBuilder Begin(int height, string title, string description) => new(F($"""
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {Width} {height}" width="{Width * 3 / 2}" height="{height * 3 / 2}" role="img" aria-labelledby="title description">
        <title id="title">{title}</title>
        <desc id="description">{description}</desc>
        {Style}
        <rect class="paper" width="100%" height="100%"/>
        <text class="head" x="{Margin}" y="24">{title}</text>

        """));

    private static string F(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
