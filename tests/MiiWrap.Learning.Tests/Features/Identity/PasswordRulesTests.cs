using MiiWrap.Learning.Api.Features.Identity;
using MiiWrap.Learning.Domain.Common;

namespace MiiWrap.Learning.Tests.Features.Identity;

/// <summary>Which passwords are taken.</summary>
public sealed class PasswordRulesTests
{
    private const string Address = "ines.okafor@example.org";

    [Theory]
    [InlineData("123456789012")]
    [InlineData("aaaaaaaaaaaa")]
    [InlineData("abcdefghijkl")]
    [InlineData("987654321098")]
    [InlineData("1qaz2wsx3edc")]
    [InlineData("QWERTY123456")]
    [InlineData("password1234")]
    [InlineData("Password2027!")]
    [InlineData("P@ssw0rd1234")]
    [InlineData("passwordpassword")]
    [InlineData("monkeymonkey")]
    [InlineData("Monkey2Monkey2")]
    [InlineData("!!!football!!!")]
    [InlineData("qwertyuiop12")]
    // In other widths and letters of the same look.
    [InlineData("\uFF50\uFF41\uFF53\uFF53\uFF57\uFF4F\uFF52\uFF44\uFF11\uFF12\uFF13\uFF14")]
    [InlineData("\U0001D429\U0001D41A\u017F\u017Fword1234")]
    [InlineData("FOOTBALL\u00B9\u00B2\u00B3\u2074")]
    // The product's own words.
    [InlineData("MiiWrap2027!")]
    [InlineData("miiwrap-learning")]
    [InlineData("M11wrap Learning 1")]
    [InlineData("coachingcohort")]
    [InlineData("Wraparound-Coaching-7")]
    [InlineData("miiwrapmiiwrap")]
    public void The_commonest_are_refused_however_they_are_dressed_up(string password) =>
        Assert.Equal("password.common", Assert.Throws<RuleException>(() => PasswordRules.Check(password, Address)).Code);

    [Theory]
    [InlineData("ines.okafor@example.org")]
    [InlineData("INES.OKAFOR@EXAMPLE.ORG")]
    [InlineData("ines.okafor@example.org1")]
    [InlineData("Ines.Okafor2027")]
    [InlineData("\uFF49\uFF4E\uFF45\uFF53.okafor@example.org")]
    public void Ones_own_address_is_refused(string password) =>
        Assert.Equal("password.ownAddress", Assert.Throws<RuleException>(() => PasswordRules.Check(password, Address)).Code);

    [Theory]
    [InlineData("three quiet herons")]
    [InlineData("learn-and-practise-1")]
    [InlineData("a-long-enough-password")]
    [InlineData("kolibri am fenster")]
    [InlineData("correct horse battery staple")]
    [InlineData("пароль из четырёх слов")]
    [InlineData("7391 5502 8846")]
    [InlineData("miiwrap and a green kettle")]
    [InlineData("coaching my left shoe")]
    public void Nothing_else_is_asked_of_a_password(string password) => PasswordRules.Check(password, Address);

    [Theory]
    [InlineData(11, false)]
    [InlineData(12, true)]
    [InlineData(128, true)]
    [InlineData(129, false)]
    public void A_password_has_12_to_128_characters(int length, bool isTaken) =>
        Assert.Equal(isTaken, new AcceptInvitationValidator().Validate(new AcceptInvitation("token", new string('x', length))).IsValid);
}
