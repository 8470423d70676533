namespace MiiWrap.Learning.Api.Access;

/// <summary>
/// What a front end may do in the name of whoever lets it; never more than they may themselves. What an account hangs on, the keys of
/// programs, links that outlast the front end, and who is programme admin are open to no front end that others host.
/// </summary>
internal static class FrontEndScopes
{
    public const string Learning = "learning";
    public const string Teaching = "teaching";
    public const string Program = "program";

    public static readonly IReadOnlyList<string> All = [Learning, Teaching, Program];

    /// <summary>What somebody allows by it, in words.</summary>
    public static string InWords(string scope) => scope switch
    {
        Learning => "read your units, write your reflections, answer your check-ins and see your coaching sessions, as you",
        Teaching => "read and review the reflections of learners whom you teach, coach, and see their progress, as you",
        Program => "manage people, agencies and cohorts as far as you may, as you",
        _ => "know that it is you, and nothing more",
    };
}

/// <summary>Marks a route that front ends with any of these scopes may use; with none of them it is closed to front ends.</summary>
internal sealed record OpenToFrontEnds(IReadOnlyList<string> Scopes);

internal static class FrontEndAccess
{
    /// <summary>Lets front ends with any of these scopes in; those that a group is given hold for its routes that say nothing.</summary>
    public static T ForFrontEnds<T>(this T routes, params string[] scopes)
        where T : IEndpointConventionBuilder => routes.WithMetadata(new OpenToFrontEnds(scopes));

    /// <summary>For every front end, whatever it may do besides.</summary>
    public static T ForEveryFrontEnd<T>(this T routes)
        where T : IEndpointConventionBuilder => routes.ForFrontEnds([.. FrontEndScopes.All]);

    /// <summary>For people at the program's own sign-in alone.</summary>
    public static T NotForFrontEnds<T>(this T routes)
        where T : IEndpointConventionBuilder => routes.ForFrontEnds();
}
