using MediatR;
using MiiWrap.Learning.Api.Configuration;
using MiiWrap.Learning.Api.Features.Badges;

namespace MiiWrap.Learning.Api.Hosting;

internal static class BadgeKeyRotation
{
    /// <summary>Gives badges another key, and says which.</summary>
    public static async Task Print(WebApplication app, Settings settings)
    {
        await DatabaseInitializer.Migrate(app, settings);
        await using var scope = app.Services.CreateAsyncScope();
        var thumbprint = await scope.ServiceProvider.GetRequiredService<IMediator>().Send(new RotateBadgeKey());
        Console.WriteLine($"Badges are signed by the key {thumbprint} from now on. Those that were signed before stay good.");
    }
}
