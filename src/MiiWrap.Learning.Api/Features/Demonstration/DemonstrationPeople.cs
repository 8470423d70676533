namespace MiiWrap.Learning.Api.Features.Demonstration;

/// <summary>The people of the demonstration; all of them are made up.</summary>
internal static class DemonstrationPeople
{
    public const string Agency = "Riverbend Family Services";
    public const string TimeZone = "America/Chicago";

    public static readonly (string Email, string Name)[] Staff =
    [
        ("admin@example.org", "Noor Haddad"),
        ("lead@example.org", "Marisol Vega"),
        ("instructor@example.org", "Tomas Lindqvist"),
        ("supervisor@example.org", "Gail Whitfield"),
    ];

    public static readonly string[] Learners =
    [
        "Ada Okonkwo", "Ben Castellano", "Carla Moreau", "Dmitri Petrov", "Elena Fuentes", "Farid Rahman", "Greta Olsen", "Hana Kimura",
        "Ike Thompson", "Jun Park",
        "Keisha Brown", "Leo Marchetti",
    ];

    /// <summary>The first group of coaches, who began twelve weeks ago; they sign in by the numbers after the others'.</summary>
    public static readonly string[] FirstGroup = ["Nia Coleman", "Oscar Lund", "Priya Nair"];

    /// <summary>Who completed the course long ago; they sign in by the numbers after those.</summary>
    public static readonly string[] Alumni = ["Rosa Delgado", "Samir Aziz", "Tess Lambert"];

    public static string LearnerEmail(int number) => $"learner{number}@example.org";

    public static string SignIns(string password) =>
        $"Sign in as {string.Join(", ", Staff.Select(s => s.Email))} or {LearnerEmail(1)} to {LearnerEmail(Learners.Length + FirstGroup.Length + Alumni.Length)}, password {password}";
}
