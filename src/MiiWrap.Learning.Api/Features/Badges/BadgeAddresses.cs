namespace MiiWrap.Learning.Api.Features.Badges;

/// <summary>
/// The addresses that a badge names. They begin as they did at the first issue, whatever the program's own address is now: what people
/// hold cannot be changed.
/// </summary>
internal sealed record BadgeAddresses(string Base)
{
    public string Issuer => $"{Base}/v1/badges/issuer";

    public string Achievement(string code, int version) => $"{Base}/v1/badges/achievements/{code}/{version}";

    public string Key(string thumbprint) => $"{Base}/v1/badges/keys/{thumbprint}";

    public string StatusList(int number) => $"{Base}/v1/badges/status/{number}";
}
