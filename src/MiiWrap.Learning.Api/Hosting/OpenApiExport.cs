using Microsoft.OpenApi;
using MiiWrap.Learning.Api.Configuration;
using Swashbuckle.AspNetCore.Swagger;

namespace MiiWrap.Learning.Api.Hosting;

internal static class OpenApiExport
{
    /// <summary>Writes the OpenAPI document to a file. The host must run for it: before, there are no routes to describe.</summary>
    public static async Task Write(WebApplication app, Settings settings, string file)
    {
        ArgumentNullException.ThrowIfNull(settings);
        app.Urls.Clear();
        app.Urls.Add("http://127.0.0.1:0");
        await app.StartAsync();
        var document = app.Services.GetRequiredService<ISwaggerProvider>().GetSwagger("v1");
        await File.WriteAllTextAsync(file, await document.SerializeAsJsonAsync(OpenApiSpecVersion.OpenApi3_1) + "\n");
        await app.StopAsync();
        Console.WriteLine($"Wrote {file}.");
    }
}
