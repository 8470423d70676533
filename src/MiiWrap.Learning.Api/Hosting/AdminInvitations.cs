using FluentValidation;
using MediatR;
using MiiWrap.Learning.Api.Configuration;
using MiiWrap.Learning.Api.Features.Identity;

namespace MiiWrap.Learning.Api.Hosting;

internal static class AdminInvitations
{
    /// <summary>Makes a programme admin, on a new database too, and prints where they choose a password.</summary>
    public static async Task Print(WebApplication app, Settings settings, string email)
    {
        await DatabaseInitializer.Migrate(app, settings);
        await using var scope = app.Services.CreateAsyncScope();
        try
        {
            var invitation = await scope.ServiceProvider.GetRequiredService<IMediator>().Send(new InviteAdmin(email));
            Console.WriteLine(invitation.Link is null
                ? $"{email} is a programme admin now and signs in with the password that they have."
                : $"{email} is a programme admin. Choose a password before {invitation.ExpiresAt:yyyy-MM-dd HH:mm} UTC at:\n{invitation.Link}");
        }
        catch (ValidationException)
        {
            throw new SettingException($"{Verb.InviteAdmin} needs an e-mail address, not '{email}'.");
        }
    }
}
