using System.Text.RegularExpressions;

namespace MiiWrap.Learning.Domain.Reflections.Privacy;

/// <summary>
/// Names of people. Those that are words, months or places too count only where something beside them says that a person is meant; a book's
/// author is left alone.
/// </summary>
internal static partial class PrivacyNames
{
    private const int MostMilliseconds = 2000;

    /// <summary>How far around a name to look for what it means.</summary>
    private const int Neighbourhood = 60;

    private static readonly HashSet<string> Given = Set(
        """
        Aaliyah Aaron Abdul Abigail Abraham Ada Adaeze Addison Adrian Adriana Ahmad Ahmed Aidan Aisha Aiyana Alan Alana Albert Alberto
        Alejandra Alejandro Alex Alexa Alexander Alexandra Alexis Alfredo Ali Alice Alicia Alisha Alison Allison Alma Alonzo Alyssa Amanda
        Amara Amelia Amina Amir Amy Ana Anastasia Andre Andrea Andres Andrew Angela Angelica Angelina Angie Anita Ann Anna Anne Annie
        Anthony Antoine Antonio Anya Ariana Arlene Arthur Arturo Asha Ashley Ashton Audrey Ava Avery Ayanna Aylin Barbara Barry Beatrice
        Beatriz Becky Belinda Ben Benjamin Bernadette Bernard Bernice Beth Bethany Betty Beverly Bianca Billy Blake Bobby Bonnie Brad
        Bradley Brandi Brandon Brayden Brenda Brendan Brent Brett Brian Brianna Brittany Bruce Bryan Bryce Caleb Cameron Camila Candace Carl
        Carla Carlos Carmen Carolyn Carrie Carter Casey Cassandra Catherine Cecilia Cedric Cesar Chad Chantal Charles Charlie Chelsea Cheryl
        Chloe Chris Christina Christine Christopher Cindy Claire Clara Clarence Claudia Clayton Clifford Clyde Cody Colin Colleen Connie
        Connor Corey Cory Courtney Craig Cristina Curtis Cynthia Dalia Damian Damon Dana Daniel Daniela Danielle Danny Darius Darlene
        Darnell Darrell Darren Daryl Dave David Deandre Deborah Debra Deja Delia Demetrius Denise Dennis Derek Derrick Desiree Deshawn Devin
        Devon Diana Diane Diego Dmitri Dolores Dominic Dominique Don Donald Donna Doris Dorothy Doug Douglas Duane Dustin Dwayne Dwight
        Dylan Eddie Edgar Edith Eduardo Edward Edwin Eileen Elaine Elena Eli Eliana Elias Elijah Elizabeth Ella Ellen Ellie Elsa Emiliano
        Emily Emma Emmanuel Enrique Eric Erica Erik Erika Erin Ernest Ernesto Esmeralda Esperanza Esteban Esther Ethan Ethel Eugene Eva Evan
        Evelyn Fatima Felicia Felipe Fernando Fiona Francesca Francis Francisco Fred Freddie Frederick Gabriel Gabriela Gabriella Gabrielle
        Gail Gary Gavin Genesis Geoffrey George Gerald Geraldine Gerardo Gilbert Gina Giovanni Gladys Gloria Gordon Graciela Greg Gregory
        Greta Guadalupe Guillermo Gustavo Gwen Hailey Hakeem Hannah Harold Harriet Harry Harvey Hassan Hayden Hector Heidi Helen Henry
        Herbert Herman Hilda Hiroshi Howard Hugo Ian Ibrahim Ida Imani Inez Irene Irma Isaac Isabel Isabella Isaiah Ismael Israel Ivan
        Jackie Jacob Jacqueline Jada Jaime Jake Jalen Jamal James Jamie Jamila Jane Janet Janice Jared Jasmin Jason Javier Jayden Jaylen
        Jeff Jeffery Jeffrey Jenna Jennifer Jenny Jeremiah Jeremy Jermaine Jerome Jerry Jesse Jessica Jessie Jesus Jill Jim Jimmy Joan
        Joanna Joanne Jocelyn Joe Joel Joey Johanna John Johnny Jon Jonathan Jorge Jose Josefina Joseph Josephine Josh Joshua Josie Joyce
        Juan Juana Juanita Judith Judy Julia Julian Juliana Julie Julio Justin Kaitlyn Kareem Karen Karina Karl Karla Kate Katherine
        Kathleen Kathryn Kathy Katie Katrina Kayla Kaylee Keisha Keith Kelly Kelsey Kelvin Ken Kendra Kenji Kenneth Kenny Kevin Khalil Kim
        Kimberly Kirk Kofi Kristen Kristin Kristina Kristopher Krystal Kurt Kwame Kyle Kylie Lakeisha Lakota Lamar Larry Latasha Latisha
        Latoya Laura Lauren Laurie Lawrence Layla Leah Leilani Lena Leo Leon Leonard Leonardo Leroy Leslie Leticia Levi Lewis Liam Lillian
        Linda Lindsay Lindsey Lisa Liz Lloyd Logan Lois Lola Lonnie Lorena Lorenzo Loretta Lori Lorraine Louis Louise Lourdes Luca Lucas
        Lucia Lucille Lucy Luis Luke Lupita Luz Lydia Lynn Mackenzie Mahmoud Malcolm Malia Malik Manuel Marc Marcia Marco Marcos Marcus
        Margaret Margarita Maria Mariah Mariam Mariana Marie Marilyn Mario Marisol Marissa Marjorie Marlene Marlon Marquis Marsha Martha
        Martin Marvin Mary Maryam Mason Mateo Matt Matthew Maureen Maurice Max Maya Megan Mei Melanie Melinda Melissa Melvin Mercedes
        Meredith Mia Micah Michael Micheal Michele Michelle Miguel Mike Mildred Miranda Miriam Mitchell Mohamed Mohammad Mohammed Molly
        Monica Monique Morgan Moses Muhammad Myra Nadia Nadine Nancy Naomi Natalia Natalie Natasha Nathan Nathaniel Neil Nelson Nia Nicholas
        Nicolas Nicole Nina Noah Noelle Nora Norma Norman Octavio Oliver Olivia Omar Ophelia Orlando Oscar Oswaldo Owen Pablo Pamela
        Patricia Patrick Patty Paul Paula Paulina Pedro Peggy Perla Perry Peter Phil Philip Phillip Phyllis Priscilla Priya Quentin Quincy
        Rachel Rafael Raheem Ralph Ramon Ramona Randall Randy Raquel Rashad Raul Raven Raymond Rebecca Regina Reginald Rene Renee Reuben
        Rhonda Ricardo Richard Ricky Rita Roberta Roberto Robert Rochelle Roderick Rodney Rodrigo Roger Roland Roman Ron Ronald Ronnie Rosa
        Rosalind Rosario Rosemary Rosie Ross Roxanne Roy Ruben Rudy Russell Ruth Ryan Sabrina Salvador Sam Samantha Samir Sammy Samuel
        Sandra Santiago Sara Sarah Sasha Scott Sean Sebastian Selena Serena Sergio Seth Shana Shane Shania Shanice Shannon Shanna Sharon
        Shauna Shaun Shawn Sheila Shelby Shelly Sherri Sherry Shirley Silvia Simon Simone Skyler Sofia Sonia Sophia Sophie Stacey Stacy
        Stanley Stefan Stephanie Stephen Steve Steven Stuart Susan Susana Suzanne Sven Sylvia Tabitha Takoda Talia Tamara Tameka Tamika
        Tammy Tanisha Tanya Tara Taryn Tasha Tatiana Taylor Ted Terence Teresa Teri Terrance Terrell Terrence Terry Theodore Theresa Thomas
        Tia Tiana Tiffany Tim Timothy Tina Todd Tom Tomas Tommy Toni Tony Tonya Tracey Traci Tracy Travis Trent Trevor Tricia Trina Tristan
        Troy Tyler Tyrell Tyrese Tyrone Uriel Valentina Valeria Valerie Vanessa Vera Verna Vernon Veronica Vicki Vickie Vicky Victoria
        Vincent Viola Vivian Walter Wanda Wayne Wendy Wesley Whitney Wilbert Wilfred Willard Willie William Wilson Winston Xavier Ximena
        Xiomara Yasmin Yesenia Yolanda Yusuf Yvette Yvonne Zachary Zach Zainab Zaire Zane Zoe Zora
        """);

    // Also words, months, virtues, trades or places.
    private static readonly HashSet<string> Doubtful = Set(
        """
        Angel April Art Asia August Austin Autumn Bill Bob Brook Brooke Brooklyn Carol Carolina Chance Charity Charlotte Chase Chastity
        Christian Chuck Clay Cliff Crystal Daisy Dakota Dale Dallas Dawn Dean Desmond Destiny Dick Dot Drew Dusty Earl Ernestine Ester Eve
        Faith Fern Florence Frank Gene Georgia Ginger Glen Glenn Grace Grant Guy Hank Harmony Hazel Heath Heather Heaven Holly Honor Hope
        Houston Hunter Iris Ivy Jack Jackson Jade Jasmine Jay Jean Jewel Jordan Joy June Justice Justus Kay Kitty Lance Laurel Lee Liberty
        Lily Lincoln Madison Major Marina Mark Marshall Max May Melody Mercy Merit Miles Mo Montana Myles Nevaeh Nick Noble Olive Page Paige
        Paris Parker Pat Patience Pearl Peg Penny Phoenix Pierce Poppy Prince Princess Ray Reed Reese Rich Rob Robin Rocky Rod Rose Royal
        Ruby Rusty Sage Sandy Savannah Serenity Sidney Sierra Skip Sky Skye Sonny Star Stella Sterling Stormy Sue Summer Sunny Sydney Tanner
        Temperance Trinity Tucker Unity Val Vern Vic Victor Violet Virginia Wade Walker Ward Warren Will Winter Woody Wren
        """);

    private static readonly HashSet<string> Months = Set("April August June May");

    // Capitalised because a sentence or a method's name begins, or as a group of people is called.
    private static readonly HashSet<string> NoSurnames = Set(
        """
        The This That These Those We Our My Your Their His Her It He She They And But So Or If When Then What Who How Why Where First Second
        Third Next Last New Whole Same Other Entire Native American African Asian Latino Latina Hispanic Black White Indigenous Tribal
        Foster Adoptive Birth Kinship Extended Nuclear Chosen Military Immigrant Refugee Spanish English Somali Hmong Haitian Mexican Korean
        Chinese Vietnamese Arab Muslim Christian Jewish Catholic Child Youth Coaching Wraparound Core Holy Royal Average Modern Each Every
        Another
        """);

    public static IEnumerable<(int Start, int End)> In(string text) =>
        Titled(text).Concat(Families(text)).Concat(Called(text)).Concat(Listed(text));

    private static IEnumerable<(int Start, int End)> Titled(string text) =>
        TitlePattern().Matches(text).Select(m => (m.Index, m.Index + m.Length));

    private static IEnumerable<(int Start, int End)> Families(string text) =>
        FamilyPattern().Matches(text).Select(m => m.Groups["it"]).Where(g => !NoSurnames.Contains(g.Value))
            .Select(g => (g.Index, g.Index + g.Length));

    private static IEnumerable<(int Start, int End)> Called(string text) =>
        CalledPattern().Matches(text).Select(m => m.Groups["it"]).Where(g => !NoSurnames.Contains(g.Value))
            .Select(g => (g.Index, g.Index + g.Length));

    private static IEnumerable<(int Start, int End)> Listed(string text)
    {
        foreach (var match in WordPattern().Matches(text).AsEnumerable())
        {
            var isDoubtful = Doubtful.Contains(match.Value);
            if (!isDoubtful && !Given.Contains(match.Value)) continue;
            var end = match.Index + match.Length;
            var (before, after) = (text[Math.Max(0, match.Index - Neighbourhood)..match.Index],
                text[end..Math.Min(text.Length, end + Neighbourhood)]);
            if (CitedAfter().IsMatch(after) || CitedBefore().IsMatch(before)) continue;
            var surname = SurnameAfter().Match(after);
            var isPerson = !isDoubtful || PersonBefore().IsMatch(before) || PersonAfter().IsMatch(after)
                || (!Months.Contains(match.Value) && !StartsSentence(before)
                    && (CompanyBefore().IsMatch(before) || after.StartsWith("'s ", StringComparison.Ordinal)));
            if (!isPerson) continue;
            yield return (match.Index, end + (surname.Success && !NoSurnames.Contains(surname.Groups["it"].Value) ? surname.Length : 0));
        }
    }

    private static bool StartsSentence(string before)
    {
        var trimmed = before.TrimEnd(' ', '"', '“', '(', '\'');
        return trimmed.Length == 0 || trimmed[^1] is '.' or '!' or '?' or '\n' or ':' or '•' or '-';
    }

    private static HashSet<string> Set(string words) =>
        new(words.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries), StringComparer.Ordinal);

    [GeneratedRegex(@"\b(?:Mrs?|Ms|Miss|Dr|Sr|Sra|Señora?|Judge|Officer|Pastor|Principal|Coach|Auntie|Aunt|Uncle|Tía|Tío|Abuela|Abuelo|Sister|Brother|Father)\b\.? \p{Lu}[\p{Ll}'’-]+(?:-\p{Lu}\p{Ll}+)?(?: \p{Lu}\p{Ll}+)?", RegexOptions.ExplicitCapture, MostMilliseconds)]
    private static partial Regex TitlePattern();

    [GeneratedRegex(@"\b[Tt]he (?<it>\p{Lu}\p{Ll}{2,}(?:-\p{Lu}\p{Ll}+)?) (?:family|household|kids|children|boys|girls|brothers|sisters|siblings|twins|parents)\b", RegexOptions.ExplicitCapture, MostMilliseconds)]
    private static partial Regex FamilyPattern();

    [GeneratedRegex(@"\b(?:named|name is|name was|names are|goes by|nicknamed|I am calling (?:her|him|them)) (?<it>\p{Lu}\p{Ll}+(?: \p{Lu}\p{Ll}+)?)", RegexOptions.ExplicitCapture, MostMilliseconds)]
    private static partial Regex CalledPattern();

    [GeneratedRegex(@"(?<![\p{L}\p{N}.@/-])\p{Lu}\p{Ll}+(?![\p{L}\p{N}@])", RegexOptions.ExplicitCapture, MostMilliseconds)]
    private static partial Regex WordPattern();

    [GeneratedRegex(@"\A(?: (?:and|&) \p{Lu}\p{Ll}+)?(?:,? et al\b| \(?(?:19|20)\d{2}\)?| & \p{Lu}| (?:method|model|cycle|scale|theory|framework|Act|Foundation|Award|University|College)\b)", RegexOptions.ExplicitCapture, MostMilliseconds)]
    private static partial Regex CitedAfter();

    [GeneratedRegex(@"(?:\p{Lu}\p{Ll}+ & |[Ss]aint |St\. |Fort |Lake |Mount |San |Santa |Port |New |King |Queen )\z",
        RegexOptions.ExplicitCapture, MostMilliseconds)]
    private static partial Regex CitedBefore();

    [GeneratedRegex(@"\A (?<it>(?:O'|Mc|Mac|De |De la |Van )?\p{Lu}\p{Ll}{1,}(?:-\p{Lu}\p{Ll}+)?)(?![\p{L}])", RegexOptions.ExplicitCapture,
        MostMilliseconds)]
    private static partial Regex SurnameAfter();

    [GeneratedRegex(@"\b(?:mother|father|mom|mum|dad|son|daughter|brother|sister|aunt|uncle|grandmother|grandfather|grandma|grandpa|cousin|worker|caseworker|facilitator|partner|colleague|coachee|client|youth|teen|boy|girl|teacher|parent|caregiver|friend|supervisor|therapist|peer|neighbor|wife|husband|child|baby|niece|nephew|coworker|learner|named|called|name is|name was),? \z", RegexOptions.ExplicitCapture, MostMilliseconds)]
    private static partial Regex PersonBefore();

    [GeneratedRegex(@"\A(?:(?:'s|’s) (?:mom|mother|dad|father|sister|brother|teacher|worker|therapist|house|room|team|plan|school|words|voice|face|family|foster|grand\w+|aunt|uncle)\b| (?:said|says|told|tells|asked|asks|replied|felt|feels|wanted|wants|thought|thinks|cried|laughed|looked|answered|nodded|agreed|smiled|shared|wondered|explained|interrupted|hesitated|shrugged|whispered|apologi[sz]ed|listened|paused|brought|called|texted|knew|knows|sat|stood|left|arrived|and I (?:met|sat|talked|agreed|planned|practi[cs]ed|tried|went|rehearsed|spoke)|has been|had been|who)\b)", RegexOptions.ExplicitCapture, MostMilliseconds)]
    private static partial Regex PersonAfter();

    [GeneratedRegex(@"\b(?:with|told|asked|met|saw|visited|coached|coach|coaching|thanked|called|texted|emailed|observed|shadowed|heard|helped|let|gave|from|by|to|and|for) \z", RegexOptions.ExplicitCapture, MostMilliseconds)]
    private static partial Regex CompanyBefore();
}
