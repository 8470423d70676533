using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace MiiWrap.Learning.Domain.Reflections.Privacy;

/// <summary>
/// Names of people, whatever their accents and case. Those that are words, months or places too count only where something beside them says
/// that a person is meant; a book's author is left alone.
/// </summary>
internal static class PrivacyNames
{
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
        Adan Agnieszka Agustin Aine Alvaro Amadou Amelie Anais Aurelie Ayse Begona Belen Bjorn Celine Ciaran Cristobal Efrain Elodie Eloise
        Emile Eoin Eulalia Ezequiel Fabian Fermin Francois Francoise Frederic Genevieve Gunther Helene Hernan Huong Ignacio Inaki Ines Inigo
        Joao Joaquin Jurgen Leonie Linh Lukasz Maite Malgorzata Margot Matias Mehmet Moises Monika Nestor Niamh Noemi Nuria Oceane Oisin Omer
        Osman Pawel Phuong Rocio Roisin Saoirse Sebastien Sinead Siobhan Soledad Soren Stephane Therese Thuy Tomasz Zofia
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

    /// <summary>Words too when they are written small.</summary>
    private static readonly HashSet<string> SmallWords = Set(
        """
        alma angelica barry bonnie charlie kelly louis marquis maya perla ben billy blake bobby brad carmen carter casey chad clifford cody cory craig dana devon diego dolores don ed eli
        fabian genesis gilbert gail harry hector henry herman israel jackie jake jenny jerry jesus jimmy joey john johnny josh karen kelvin ken
        kim kirk logan lourdes luz lynn marco margot martin mason max mercedes mia mike mildred mitchell mo molly morgan moses myra nelson neil
        norm norman oliver orlando oscar owen patty paul perry peter phil ralph randy raven regina roger roland roman ron rosario rosemary ross
        roy sage sally salvador sam santiago scott sean seth shelby sherry soledad stacy stuart taylor ted terry tia tim toby todd tom tommy tony
        tracy trent tristan troy tyler vera vernon viola wanda wayne wesley whitney wilson winston zane
        """);

    /// <summary>Words too when they are written in capitals: laws, offices, plans and accounts.</summary>
    private static readonly HashSet<string> Acronyms = Set("Ada Asha Don Eric Ida Leo Mia Nia Pam Sam");

    // Capitalised because a sentence or a method's name begins, or as a group of people is called.
    private static readonly HashSet<string> NoSurnames = Set(
        """
        The This That These Those We Our My Your Their His Her It He She They And But So Or If When Then What Who How Why Where First Second
        Third Next Last New Whole Same Other Entire Native American African Asian Latino Latina Hispanic Black White Indigenous Tribal
        Foster Adoptive Birth Kinship Extended Nuclear Chosen Military Immigrant Refugee Spanish English Somali Hmong Haitian Mexican Korean
        Chinese Vietnamese Arab Muslim Christian Jewish Catholic Child Youth Coaching Wraparound Core Holy Royal Average Modern Each Every
        Another
        """);

    // Written small after a title, or with an apostrophe, and no name all the same.
    private static readonly HashSet<string> NoSmallNames = Set(
        """
        and or the a an in at on for to with about from of said says told asked was is has had who will would can could came called wants
        wanted thinks thought later appointment appointments visit visits office orders notes o'clock
        """);

    private static readonly string[] Contractions = ["s", "d", "ll", "ve", "re"];

    /// <summary>What may stand before a surname, written small or not: de la Cruz, van der Berg.</summary>
    private const string Particle =
        @"(?:(?:[Dd]e\s[Ll](?:a|as|os)|[Dd]e[lr]?|[Dd][aiu]|[Dd]os|[Ll][ae]|[Ee]l|[Aa]l|[Vv][ao]n(?:\s[Dd]e[nr]?)?|[Bb]in|[Ii]bn|DE(?:L"
        + @"|\sLA|\sLOS)?|VAN(?:\sDE[NR])?|VON)\s)";

    /// <summary>The same, and what is joined to it: el-Amin, ibn-Rashid.</summary>
    private const string AnyParticle =
        @$"(?:{Particle}|(?:[Aa]bd[\s-])?(?:[AaEeUu]l|[Aa][dnrstz]|[Aa]bu|[Bb]in|[Ii]bn)-|(?:AL|EL|ABU|BIN|IBN)-)";

    /// <summary>What stands before a capital within a name: O'Brien, D'Angelo, McDonald.</summary>
    private const string Prefix = @"(?:\p{Lu}'|Mc|Mac)";

    private const string Capitalised = @$"{Prefix}?\p{{Lu}}\p{{Ll}}{{1,30}}(?:-{Prefix}?\p{{Lu}}\p{{Ll}}{{1,30}})?";

    private const string InCapitals = @"(?:\p{Lu}')?\p{Lu}{3,30}(?:-(?:\p{Lu}')?\p{Lu}{2,30})?\b";

    private static readonly PrivacyShape Title = new(
        @"\b(?:(?:(?:MRS?|MS|MISS|DR|JUDGE|OFFICER|PASTOR|COACH|AUNT|UNCLE|Mrs?|Ms|Miss|Dr|Sr|Sra|Senora?|Judge|Officer|Pastor|Principal"
        + @"|Coach|Auntie|Aunt|Uncle|Tia|Tio|Abuela|Abuelo|Sister|Brother|Father)\b(?:\.\s?|\s)|Mrs?|Dr"
        + @"|(?:mrs?|ms|dr)\.\s?|(?:mrs?|judge|officer|pastor|auntie|aunt|uncle|tia|tio|abuela|abuelo)\s)"
        + @$"(?:{AnyParticle}?{Prefix}?\p{{Lu}}[\p{{Ll}}']{{1,30}}(?:-{Prefix}?\p{{L}}[\p{{Ll}}']{{1,30}}){{0,2}}(?: {Capitalised})?"
        + @$"|{AnyParticle}?{InCapitals})"
        + @$"|(?:mrs?\.?|(?:ms|dr)\.)\s{AnyParticle}?(?<small>\p{{Ll}}[\p{{Ll}}']{{2,30}}(?:-[\p{{Ll}}']{{2,30}})?)\b)",
        RegexOptions.None,
        (_, match) => NoSmallNames.Contains(match.Groups["small"].Value) ? null : (match.Index, match.Index + match.Length));

    private const string Surname = @$"(?:{Particle}?{Prefix}?\p{{Lu}}\p{{Ll}}{{2,30}}(?:-\p{{Lu}}\p{{Ll}}{{1,30}})?|\p{{Lu}}{{4,30}})";

    private const string Joined = @"(?:[AaEe]l|[Aa]bu|[Bb]in|[Ii]bn)-\p{Lu}\p{Ll}{2,30}";

    private const string Several = @$"{Surname}(?:,\s{Surname}){{0,3}},?\s(?:and|&)\s{Surname}";

    private static readonly PrivacyShape Family = new(
        @$"\b[Tt]he\s(?:(?<it>{Several})\sfamilies|(?<it>{Surname}|{Joined}|{Several})\s"
        + "(?:family|household|kids|children|boys|girls|brothers|sisters|siblings|twins|parents))\\b",
        RegexOptions.None, UnlessNoSurname);

    // By which a family is called as a whole: the Garcias, the Joneses.
    private static readonly HashSet<string> Surnames = Set(
        """
        Acosta Adams Aguilar Ahmed Alvarado Alvarez Anderson Arnold Avila Barnes Begay Bennett Benson Boyd Bradley Bryant Burke Cabrera
        Calderon Campbell Campos Cardenas Carlson Castillo Castro Cervantes Chavez Cisneros Clark Coleman Collins Contreras Cortez Crawford
        Cruz Cunningham Davis Delgado Diaz Dixon Dominguez Duncan Dunn Edwards Elliott Ellis Escobar Espinoza Estrada Evans Ferguson
        Fernandez Figueroa Flores Freeman Fuentes Gallegos Garcia Garrett Garza Gibson Gomez Gonzales Gonzalez Graham Greene Griffin
        Guerrero Gutierrez Guzman Hansen Hanson Harper Harris Harrison Hassan Hawkins Hayes Henderson Hernandez Herrera Hicks Hoang Hoffman
        Holmes Howell Hudson Huerta Hughes Huynh Ibarra Jackson Jacobs Jefferson Jenkins Jensen Jimenez Johnson Johnston Jones Juarez
        Kelley Kennedy Khan Larson Lawson Lewis Lopez Lynch Maldonado Marquez Martinez Matthews McCarthy Medina Mejia Melendez Mendez
        Mendoza Meyer Mitchell Mohamed Molina Montgomery Montoya Morales Moreno Morris Morrison Munoz Murphy Murray Myers Navarro Nelson
        Nguyen Nichols Nunez Ochoa Okafor Olson Orozco Ortega Ortiz Owens Pacheco Padilla Patel Patterson Payne Pena Perez Perkins Peters
        Peterson Pham Phillips Powell Quintero Ramirez Ramos Reyes Reynolds Richards Richardson Riley Rios Rivas Rivera Roberts Robertson
        Robinson Robles Rodriguez Rogers Rojas Romero Rosales Ruiz Salas Salazar Salinas Sanchez Sanders Sandoval Santos Schmidt Schneider
        Schultz Serrano Shaw Silva Simmons Simpson Sims Singh Smith Snyder Solis Soto Spencer Stephens Stevens Stewart Suarez Sullivan
        Thompson Torres Tran Trevino Trujillo Tsosie Valdez Vang Vargas Vasquez Vazquez Vega Velasquez Velazquez Villa Villarreal Wagner
        Wallace Walsh Watkins Watson Webb Weber Williams Williamson Wilson Wong Wright Xiong Yang Yazzie Zamora Zimmerman Zuniga
        """);

    // Also words, trades, teams and what many bear as a first name: somebody must act, or be met.
    private static readonly HashSet<string> DoubtfulSurnames = Set(
        """
        Alexander Allen Armstrong Austin Bailey Baker Banks Bell Bishop Black Brooks Brown Burns Burton Butler Carpenter Carr Carroll
        Carter Chapman Chen Cole Cook Cooper Cox Daniels Day Dean Fields Fisher Ford Foster Fowler Fox Franklin Fuller Gardner Gordon Grant
        Gray Green Hall Hamilton Hart Harvey Hill Howard Hunt Hunter Jordan Kelly Kim King Knight Lane Lawrence Lee Little Long Marshall
        Martin Mason McDonald McKinney Miller Mills Moore Morgan Newman Oliver Palmer Park Parker Perry Pierce Porter Price Reed Rice Rose
        Ross Russell Ryan Scott Shelton Stone Taylor Thomas Tucker Turner Walker Ward Warren Washington Weaver Welch Wells West Wheeler
        White Willis Wolf Wood Woods Young
        """);

    private static readonly PrivacyShape Household = new(
        @"\b[Tt](?:he|HE)\s(?:(?:two|three|other|older|younger|whole|entire)\s)?(?<it>(?<name>\p{L}{3,24})(?<own>'[sS]?)?)"
        + @"(?:\z|[^\p{L}@'-])",
        RegexOptions.None, HouseholdName);

    private static readonly PrivacyShape Called = new(
        @"\b(?:named|name\sis|name\swas|names\sare|goes\sby|nicknamed|I\sam\scalling\s(?:her|him|them))\s"
        + @$"(?<it>{AnyParticle}?{Capitalised}(?: {Capitalised})?)",
        RegexOptions.None, UnlessNoSurname);

    private static readonly PrivacyShape Listed = new(
        @"(?:\A|[^\p{L}\p{N}])(?<it>\p{L}{2,20})(?:\z|[^\p{L}\p{N}@])", RegexOptions.None, ListedName);

    // Surnames that their form gives away.
    private static readonly PrivacyShape Formed = new(
        @"\b(?<it>[ODod]'\p{L}{3,30}(?:-\p{Lu}\p{Ll}{1,30})?|Ma?c\p{Lu}\p{Ll}{2,30})(?:\z|[^\p{L}@])", RegexOptions.None, FormedName);

    private static readonly Regex Host = PrivacyShape.Linear(@"://|[\p{L}\p{N}]\.[\p{L}\p{N}]");

    private static readonly Regex CitedAfter = PrivacyShape.Linear(
        @"\A(?:\s(?:and|&)\s\p{Lu}\p{Ll}{1,30}(?:'s)?)?(?:,?\set\sal\b|\s\(?(?:19|20)\d{2}\)?|,\s(?:19|20)\d{2}[a-z]?[,;:)]|\s(?:method"
        + @"|model|cycle|scale|theory|framework|Act|Foundation|Award|University|College)\b)");

    private const string Citing = @"\b(?:[Cc]it(?:e|es|ed|ing)|[Qq]uot(?:e|es|ed|ing)|[Rr]eading|[Pp]er|[Aa]ccording\sto)";

    private static readonly Regex CitingBefore = PrivacyShape.Linear(@$"{Citing}\s\z");

    private static readonly Regex PairAfter = PrivacyShape.Linear(@"\A\s&\s\p{Lu}");

    private static readonly Regex CitedBefore = PrivacyShape.Linear(
        @$"(?:{Citing}\s\p{{Lu}}\p{{Ll}}{{1,30}}\s&\s|[Ss]aint\s|St\.\s|Fort\s|Lake\s|Mount\s|San\s|Santa\s|Port\s|New\s|King\s"
        + @$"|Queen\s)\z");

    private static readonly Regex SurnameAfter = PrivacyShape.Linear(
        @$"\A (?<it>{AnyParticle}?{Prefix}?\p{{Lu}}\p{{Ll}}{{1,30}}(?:-\p{{Lu}}\p{{Ll}}{{1,30}})?)(?:\z|\P{{L}})");

    private static readonly Regex PersonBefore = PrivacyShape.Linear(
        @"\b(?:mother|father|mom|mum|dad|son|daughter|brother|sister|aunt|uncle|grandmother|grandfather|grandma|grandpa|cousin|worker|caseworker|facilitator|partner|colleague|coachee|client|youth|teen|boy|girl|teacher|parent|caregiver|friend|supervisor|therapist|peer|neighbor|wife|husband|child|baby|niece|nephew|coworker|learner|named|called|name\sis|name\swas),?\s\z");

    private static readonly Regex PersonAfter = PrivacyShape.Linear(
        @"\A(?:'s\s(?:mom|mother|dad|father|sister|brother|teacher|worker|therapist|house|room|team|plan|school|words|voice|face|family|foster|grand\w{1,20}|aunt|uncle)\b|\s(?:said|says|told|tells|asked|asks|replied|felt|feels|wanted|wants|thought|thinks|cried|laughed|looked|answered|nodded|agreed|smiled|shared|wondered|explained|interrupted|hesitated|shrugged|whispered|apologi[sz]ed|listened|paused|brought|called|texted|knew|knows|sat|stood|left|arrived|and\sI\s(?:met|sat|talked|agreed|planned|practi[cs]ed|tried|went|rehearsed|spoke)|has\sbeen|had\sbeen|who)\b)");

    private static readonly Regex ActAfter = PrivacyShape.Linear(
        @"\A\s(?:came|moved|invited|agreed|spoke|talked|live|lived|trust|trusted|worry|worried|hope|hoped)\b");

    private static readonly Regex MeetingBefore = PrivacyShape.Linear(
        @"\b(?:with|told|asked|met|meeting|visited|visiting|coached|coaching|thanked|called|texted|emailed|shadowed|helped|(?:home|house)\sof)"
        + @"\s[Tt](?:he|HE)\s(?:\w{1,10}\s)?\z");

    private static readonly Regex CompanyBefore = PrivacyShape.Linear(
        @"\b(?:with|told|asked|met|saw|visited|coached|coach|coaching|thanked|called|texted|emailed|observed|shadowed|heard|helped|let|gave|from|by|to|and|for)\s\z");

    public static IEnumerable<(int Start, int End)> In(PrivacyScan scan) =>
        Title.In(scan).Concat(Family.In(scan)).Concat(Called.In(scan)).Concat(Listed.In(scan)).Concat(Formed.In(scan))
            .Concat(Household.In(scan));

    private static (int Start, int End)? UnlessNoSurname(PrivacyScan scan, Match match)
    {
        var it = match.Groups["it"];
        return it.Value.Split([" and ", " & ", ", "], StringSplitOptions.None).Any(NoSurnames.Contains)
            ? null
            : (it.Index, it.Index + it.Length);
    }

    private static (int Start, int End)? ListedName(PrivacyScan scan, Match match)
    {
        var it = match.Groups["it"];
        var (start, end, name) = (it.Index, it.Index + it.Length, it.Value);
        var isDoubtful = Doubtful.Contains(name);
        if (!isDoubtful && !Given.Contains(name)) return null;
        if (char.IsLower(name[0]) && (isDoubtful || SmallWords.Contains(name))) return null;
        if (IsOtherWord(scan.Text, start, end) || IsOfSurname(scan.Text, start) || IsOfAddress(scan, start, end)) return null;
        if (isDoubtful) isDoubtful = !HasAccent(scan, start, end);
        var isAcronym = char.IsUpper(name[1]) && Acronyms.Contains(name) && !HasAccent(scan, start, end);

        var (before, after) = (scan.Before(start, Neighbourhood), scan.After(end, Neighbourhood));
        if (IsCited(before, after)) return null;
        var isPerson = isAcronym ? PersonBefore.IsMatch(before) : !isDoubtful || PersonBefore.IsMatch(before) || PersonAfter.IsMatch(after)
            || (!Months.Contains(name) && !StartsSentence(before)
                && (CompanyBefore.IsMatch(before) || Contractions.Any(c => after.StartsWith($"'{c} ", StringComparison.Ordinal))));
        if (!isPerson) return null;
        var surname = SurnameAfter.Match(after).Groups["it"];
        return (start, surname.Success && !NoSurnames.Contains(surname.Value) ? end + surname.Index + surname.Length : end);
    }

    /// <summary>"O'Malley" by its form alone; "McKinley" and "o'malley" where a person acts, since Macs and clocks have it too.</summary>
    private static (int Start, int End)? FormedName(PrivacyScan scan, Match match)
    {
        var it = match.Groups["it"];
        var (start, end) = (it.Index, it.Index + it.Length);
        var (before, after) = (scan.Before(start, Neighbourhood), scan.After(end, Neighbourhood));
        var isSure = it.Value is [var letter, '\'', var next, ..] && char.IsUpper(letter) && char.IsUpper(next);
        return IsCited(before, after) || NoSmallNames.Contains(it.Value) || !(isSure || PersonAfter.IsMatch(after)) ? null : (start, end);
    }

    /// <summary>"the Garcias", "the Lopezes" and "the Smith's"; the Coopers, who may make barrels, where they act or are met.</summary>
    private static (int Start, int End)? HouseholdName(PrivacyScan scan, Match match)
    {
        var (it, name) = (match.Groups["it"], match.Groups["name"].Value);
        var isOwned = match.Groups["own"].Length > 1;
        var singulars = isOwned ? [name] : SingularsOf(name).ToList();
        var isListed = singulars.Exists(Surnames.Contains);
        var isDoubtful = !isListed && char.IsUpper(name[0]) && singulars.Exists(DoubtfulSurnames.Contains);
        if (!isListed && !isDoubtful) return null;
        var (start, end) = (it.Index, it.Index + it.Length);
        var (before, after) = (scan.Before(start, Neighbourhood), scan.After(end, Neighbourhood));
        if (IsCited(before, after)) return null;
        return isListed || MeetingBefore.IsMatch(before) || (!isOwned && (ActAfter.IsMatch(after) || PersonAfter.IsMatch(after)))
            ? (start, end) : null;
    }

    private static IEnumerable<string> SingularsOf(string name)
    {
        if (name[^1] is not ('s' or 'S')) yield break;
        yield return name[..^1];
        // The Lopezes and the Sanchezes; the Hayes and the Flores may be any number.
        if (name[^2] is 'e' or 'E' && name[^3] is 's' or 'S' or 'z' or 'Z' or 'x' or 'X' or 'h' or 'H') yield return name[..^2];
    }

    private static bool IsCited(string before, string after) => CitedAfter.IsMatch(after) || CitedBefore.IsMatch(before)
        || (CitingBefore.IsMatch(before) && PairAfter.IsMatch(after));

    /// <summary>"don't" is no Don, and an x-ray no Ray; Maria'll and Maria'd are Maria.</summary>
    private static bool IsOtherWord(string text, int start, int end)
    {
        if (char.IsLower(text[start]) && start > 0 && text[start - 1] is '-' or '_') return true;
        if (end + 1 >= text.Length || text[end] != '\'' || !char.IsLower(text[end + 1])) return false;
        return !Contractions.Any(c => text.AsSpan(end + 1).StartsWith(c, StringComparison.Ordinal)
            && (end + 1 + c.Length == text.Length || !char.IsLetter(text[end + 1 + c.Length])));
    }

    /// <summary>O'Neil is found by its form, and is no Neil.</summary>
    private static bool IsOfSurname(string text, int start) =>
        start > 1 && char.IsUpper(text[start]) && text[start - 1] == '\'' && text[start - 2] is 'O' or 'D';

    /// <summary>
    /// A handle is a name, and so is what stands between slashes or begins a sentence without a blank; a part of an address or of a link is
    /// none.
    /// </summary>
    private static bool IsOfAddress(PrivacyScan scan, int start, int end)
    {
        if (start == 0 || scan.Text[start - 1] is not ('@' or '/' or '.')) return false;
        var before = scan.Before(start, Neighbourhood);
        if (before is [.., var local, '@'] && (char.IsLetterOrDigit(local) || local is '.' or '_' or '%' or '+' or '-' or '"')) return true;
        var token = before[(before.LastIndexOfAny([' ', '\n', '(', '"', '<']) + 1)..];
        return token.Length == Neighbourhood || Host.IsMatch(token)
            || (token[^1] == '.' && (token.Contains('@') || scan.After(end, 2) is ['.', var next] && char.IsLetterOrDigit(next)));
    }

    /// <summary>No English word has one, so it is a name: Ángel, Víctor.</summary>
    private static bool HasAccent(PrivacyScan scan, int start, int end)
    {
        var (from, to) = scan.Folded.InOriginal(start, end);
        scan.Count(to - from);
        return scan.Folded.Original[from..to].Normalize(NormalizationForm.FormD)
            .Any(c => CharUnicodeInfo.GetUnicodeCategory(c) == UnicodeCategory.NonSpacingMark);
    }

    private static bool StartsSentence(string before)
    {
        var trimmed = before.TrimEnd(' ', '"', '(', '\'');
        return trimmed.Length == 0 || trimmed[^1] is '.' or '!' or '?' or '\n' or ':' or '•' or '-' or '…';
    }

    private static HashSet<string> Set(string words) =>
        new(words.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries), StringComparer.OrdinalIgnoreCase);
}
