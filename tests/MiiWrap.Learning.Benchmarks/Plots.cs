using System.Globalization;
using System.Text;

namespace MiiWrap.Learning.Benchmarks;

/// <summary>Draws a run as two pictures: how each route compares with the bare server, and how time grows with size.</summary>
internal static class Plots
{
    private const string Ink = "#22201d";
    private const string Faint = "#c9c4bb";
    private static readonly string[] Colours = ["#1f6f5c", "#a5542a", "#4a5fa5", "#8a3b6b"];

    public static void Draw(Run run, string folder)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "ratio.svg"), Ratios(run));
        File.WriteAllText(Path.Combine(folder, "growth.svg"), Growth(run));
    }

    private static string Ratios(Run run)
    {
        const int Left = 170, Width = 480, Step = 30, Top = 56;
        var rows = run.Results.Where(r => r.RatioToBare is not null && !r.Name.Contains('/', StringComparison.Ordinal)).ToList();
        var scale = Width / Math.Max(1.2, rows.Max(r => r.RatioToBare!.Value));
        var bottom = Top + (rows.Count * Step);
        var svg = Begin(Left + Width + 60, bottom + 40, "Requests per CPU second, as a share of a bare Kestrel server's");
        for (var i = 0; i < rows.Count; i++)
        {
            var (y, ratio) = (Top + (i * Step), rows[i].RatioToBare!.Value);
            svg.Append(F($"""<text x="{Left - 8}" y="{y + 15}" text-anchor="end">{rows[i].Name}</text>"""));
            svg.Append(F($"""<rect x="{Left}" y="{y}" width="{ratio * scale:0.#}" height="20" rx="2" fill="{Colours[0]}"/>"""));
            svg.Append(F($"""<text x="{Left + (ratio * scale) + 6:0.#}" y="{y + 15}">{ratio:0.00}</text>"""));
        }

        svg.Append(F($"""<line x1="{Left + scale:0.#}" y1="{Top - 8}" x2="{Left + scale:0.#}" y2="{bottom}" stroke="{Colours[1]}" stroke-dasharray="4 3"/>"""));
        svg.Append(F($"""<text x="{Left + scale:0.#}" y="{bottom + 18}" text-anchor="middle" fill="{Colours[1]}">bare = 1</text>"""));
        return svg.Append("</svg>\n").ToString();
    }

    private static string Growth(Run run)
    {
        const int Left = 60, Width = 560, Height = 260, Top = 56;
        var curves = run.Results.Where(r => r.Sizes is not null && r.Name != "memory").ToList();
        var points = curves.SelectMany(c => c.Sizes!.Select(p => (p.Size, Share: p.Value / c.Sizes![0].Value))).ToList();
        var (fromX, toX) = (Math.Log10(points.Min(p => p.Size)), Math.Log10(points.Max(p => p.Size)));
        var most = Math.Max(2, points.Max(p => p.Share) * 1.1);
        double X(double size) => Left + ((Math.Log10(size) - fromX) / (toX - fromX) * Width);
        double Y(double share) => Top + Height - (share / most * Height);
        var svg = Begin(Left + Width + 40, Top + Height + 60, "Time for the same work in ever larger tables, as a multiple of the smallest");
        for (var power = (int)Math.Ceiling(fromX); power <= toX; power++)
        {
            var x = X(Math.Pow(10, power));
            svg.Append(F($"""<line x1="{x:0.#}" y1="{Top}" x2="{x:0.#}" y2="{Top + Height}" stroke="{Faint}"/><text x="{x:0.#}" y="{Top + Height + 18}" text-anchor="middle">{Math.Pow(10, power):N0}</text>"""));
        }

        for (var share = 0.0; share <= most; share += most > 6 ? Math.Ceiling(most / 6) : 0.5)
            svg.Append(F($"""<line x1="{Left}" y1="{Y(share):0.#}" x2="{Left + Width}" y2="{Y(share):0.#}" stroke="{Faint}"/><text x="{Left - 6}" y="{Y(share) + 4:0.#}" text-anchor="end">{share:0.#}×</text>"""));
        for (var i = 0; i < curves.Count; i++)
        {
            var (curve, colour) = (curves[i], Colours[i % Colours.Length]);
            var line = string.Join(' ', curve.Sizes!.Select(p => F($"{X(p.Size):0.#},{Y(p.Value / curve.Sizes![0].Value):0.#}")));
            svg.Append(F($"""<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"/>"""));
            foreach (var p in curve.Sizes!) svg.Append(F($"""<circle cx="{X(p.Size):0.#}" cy="{Y(p.Value / curve.Sizes![0].Value):0.#}" r="3.5" fill="{colour}"/>"""));
            svg.Append(F($"""<rect x="{Left + (i * 260)}" y="{Top + Height + 32}" width="12" height="12" fill="{colour}"/><text x="{Left + (i * 260) + 18}" y="{Top + Height + 43}">{curve.Name}, {curve.Sizes![^1].Value:0.#} ms at {curve.Sizes![^1].Size:N0}</text>"""));
        }

        return svg.Append("</svg>\n").ToString();
    }

    private static StringBuilder Begin(int width, int height, string title) => new(F($"""
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" font-family="system-ui, sans-serif" font-size="13" fill="{Ink}" role="img" aria-label="{title}">
        <rect width="100%" height="100%" fill="#ffffff"/>
        <text x="16" y="26" font-size="15" font-weight="600">{title}</text>

        """));

    private static string F(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
