using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;

namespace MiiWrap.Learning.Tests.TestHost;

/// <summary>What was told to other programs, without reading through what all other tests have told.</summary>
public static class StoredEvents
{
    /// <summary>The events that name this id, oldest first.</summary>
    public static async Task<List<(string Type, JsonNode Data)>> EventsOf(this LearningApp app, Guid id)
    {
        var text = id.ToString();
        var stored = await app.InDb(db => db.IntegrationEvents.Where(e => e.Data.Contains(text)).OrderBy(e => e.OccurredAt)
            .ThenBy(e => e.Number).Select(e => new { e.Type, e.Data }).ToListAsync(TestContext.Current.CancellationToken));
        return stored.ConvertAll(e => (e.Type, JsonNode.Parse(e.Data)!));
    }
}
