namespace MiiWrap.Learning.Api.Data.Entities;

/// <summary>
/// The failed sign-ins of one device, one account from one address, one account, or one address, which are forgotten one after the other;
/// only a hash says whose they are.
/// </summary>
public sealed class SignInFailures
{
    public string Key { get; set; } = "";

    /// <summary>
    /// When the last of them is forgotten, in milliseconds of Unix time, so that both databases can count up in one statement: each failure
    /// adds a while to it.
    /// </summary>
    public long ForgottenAt { get; set; }

    public DateTime LastAt { get; set; }
}
