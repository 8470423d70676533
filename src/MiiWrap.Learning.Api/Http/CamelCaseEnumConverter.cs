using System.Text.Json;
using System.Text.Json.Serialization;
using MiiWrap.Learning.Api.Requests;

namespace MiiWrap.Learning.Api.Http;

/// <summary>Writes enumerations as camelCase texts, and tells an unknown text from a value of the wrong JSON type.</summary>
internal sealed class CamelCaseEnumConverter : JsonConverterFactory
{
    public override bool CanConvert(Type typeToConvert) => typeToConvert.IsEnum;

    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        (JsonConverter)Activator.CreateInstance(typeof(Converter<>).MakeGenericType(typeToConvert))!;

    private sealed class Converter<T> : JsonConverter<T>
        where T : struct, Enum
    {
        private static readonly Dictionary<T, JsonEncodedText> Texts =
            Enum.GetValues<T>().ToDictionary(v => v, v => JsonEncodedText.Encode(EnumNames.NameOf(v)));

        private static readonly HashSet<T> Sent = [.. EnumNames.Sent<T>()];

        public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            if (reader.TokenType != JsonTokenType.String) throw new JsonException();
            return EnumNames.TryParse<T>(TextConverter.ReadSound(ref reader), out var value) && Sent.Contains(value)
                ? value
                : throw new InvalidValueException($"This must be one of {string.Join(", ", Sent.Select(EnumNames.NameOf))}.");
        }

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(Texts[value]);
    }
}
