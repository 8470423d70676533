using FluentValidation;
using MediatR;
using MiiWrap.Learning.Api.Configuration;
using MiiWrap.Learning.Api.Features.Identity;

namespace MiiWrap.Learning.Api.Hosting;

internal static class SecondFactorResets
{
    /// <summary>Turns off somebody's second factor, and says whether there was one.</summary>
    public static async Task Print(WebApplication app, Settings settings, string email)
    {
        await DatabaseInitializer.Migrate(app, settings);
        await using var scope = app.Services.CreateAsyncScope();
        try
        {
            if (!await scope.ServiceProvider.GetRequiredService<IMediator>().Send(new ResetSecondFactorByOperator(email)))
                throw new SettingException($"There is nobody with a second factor at {email}: nothing was changed.");
            Console.WriteLine($"The second factor of {email} is off, and every sign-in of theirs has ended. A mail tells them.");
        }
        catch (ValidationException)
        {
            throw new SettingException($"{Verb.ResetSecondFactor} needs an e-mail address, not '{email}'.");
        }
    }
}
