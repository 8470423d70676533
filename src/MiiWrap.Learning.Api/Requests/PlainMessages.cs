using FluentValidation.Resources;

namespace MiiWrap.Learning.Api.Requests;

/// <summary>
/// What the common rules say, without the field's name: it stands beside the sentence as the key of <c>errors</c>, spelt as the caller
/// spells it.
/// </summary>
internal sealed class PlainMessages : LanguageManager
{
    public PlainMessages()
    {
        Culture = System.Globalization.CultureInfo.GetCultureInfo("en");
        Say("NotNullValidator", "This must be given.");
        Say("NotEmptyValidator", "This must not be empty.");
        Say("NullValidator", "This must be left out.");
        Say("EmptyValidator", "This must be empty.");
        Say("LengthValidator", "This must have {MinLength} to {MaxLength} characters; it has {TotalLength}.");
        Say("MinimumLengthValidator", "This must have at least {MinLength} characters; it has {TotalLength}.");
        Say("MaximumLengthValidator", "This must have at most {MaxLength} characters; it has {TotalLength}.");
        Say("ExactLengthValidator", "This must have {MaxLength} characters; it has {TotalLength}.");
        Say("InclusiveBetweenValidator", "This must be from {From} to {To}.");
        Say("ExclusiveBetweenValidator", "This must be between {From} and {To}.");
        Say("GreaterThanValidator", "This must be more than {ComparisonValue}.");
        Say("GreaterThanOrEqualValidator", "This must be {ComparisonValue} or more.");
        Say("LessThanValidator", "This must be less than {ComparisonValue}.");
        Say("LessThanOrEqualValidator", "This must be {ComparisonValue} or less.");
        Say("EqualValidator", "This must be {ComparisonValue}.");
        Say("NotEqualValidator", "This must not be {ComparisonValue}.");
        Say("EmailValidator", "This is no e-mail address.");
        Say("RegularExpressionValidator", "This is not of its form.");
        Say("EnumValidator", "This is none of its values.");
        Say("PredicateValidator", "This does not keep its rule.");
        Say("AsyncPredicateValidator", "This does not keep its rule.");
    }

    private void Say(string rule, string sentence) => AddTranslation("en", rule, sentence);
}
