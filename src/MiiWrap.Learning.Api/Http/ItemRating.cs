using System.Text.Json;
using System.Text.Json.Serialization;

namespace MiiWrap.Learning.Api.Http;

/// <summary>What an item was given: a whole number, or <c>na</c> where there was no room for it.</summary>
/// <param name="Value">Null for <c>na</c>.</param>
[JsonConverter(typeof(ItemRatingConverter))]
public readonly record struct ItemRating(int? Value)
{
    public const string NotApplicable = "na";

    internal static IReadOnlyDictionary<string, ItemRating> Of(IReadOnlyDictionary<string, int?> ratings) =>
        ratings.ToDictionary(r => r.Key, r => new ItemRating(r.Value), StringComparer.Ordinal);
}

internal sealed class ItemRatingConverter : JsonConverter<ItemRating>
{
    public override bool HandleNull => true;

    public override ItemRating Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType switch
    {
        JsonTokenType.Number when reader.TryGetInt32(out var number) => new(number),
        JsonTokenType.String when reader.ValueTextEquals(ItemRating.NotApplicable) => new(null),
        JsonTokenType.StartObject or JsonTokenType.StartArray => throw new JsonException(),
        _ => throw new InvalidValueException($"A rating is a whole number, or {ItemRating.NotApplicable}."),
    };

    public override void Write(Utf8JsonWriter writer, ItemRating value, JsonSerializerOptions options)
    {
        if (value.Value is { } number) writer.WriteNumberValue(number);
        else writer.WriteStringValue(ItemRating.NotApplicable);
    }
}
