using System.Text.Json;
using System.Text.Json.Serialization;

namespace MiiWrap.Learning.Api.Http;

/// <summary>
/// Reads a moment as RFC 3339 has it, with its offset. Without one the serializer would take it for a time in the server's own zone.
/// </summary>
internal sealed class TimestampConverter : JsonConverter<DateTimeOffset>
{
    public static DateTimeOffset Read(ref Utf8JsonReader reader) =>
        reader.TokenType == JsonTokenType.String && HasOffset(reader.GetString()!) && reader.TryGetDateTimeOffset(out var moment)
            ? moment
            : throw new JsonException();

    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Read(ref reader);

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value);

    private static bool HasOffset(string text) =>
        text.Length > "yyyy-MM-ddTHH:mm".Length && (text[^1] is 'Z' or 'z' || (text[^6] is '+' or '-' && text[^3] == ':'));
}

/// <summary>The same for moments in UTC.</summary>
internal sealed class UtcTimestampConverter : JsonConverter<DateTime>
{
    public override DateTime Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        TimestampConverter.Read(ref reader).UtcDateTime;

    public override void Write(Utf8JsonWriter writer, DateTime value, JsonSerializerOptions options) => writer.WriteStringValue(value);
}
