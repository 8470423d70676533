using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using MiiWrap.Learning.Api.Requests;

namespace MiiWrap.Learning.Api.Http;

/// <summary>Well-formed JSON that breaks a rule, hence 422: an unknown name of an enumeration, a text that is none.</summary>
internal sealed class InvalidValueException(string message) : JsonException(message);

/// <summary>Reads every string of every body: refuses what is no text, and composes the rest (NFC) before its length is checked.</summary>
internal sealed class TextConverter : JsonConverter<string>
{
    public override string Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        IncomingText.Compose(ReadSound(ref reader));

    public override string ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        IncomingText.Compose(ReadSound(ref reader));

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);

    public override void WriteAsPropertyName(Utf8JsonWriter writer, string value, JsonSerializerOptions options) =>
        writer.WritePropertyName(value);

    internal static string ReadSound(ref Utf8JsonReader reader)
    {
        if (reader.TokenType is not (JsonTokenType.String or JsonTokenType.PropertyName)) throw new JsonException();
        string text;
        try
        {
            text = reader.GetString()!;
        }
        catch (InvalidOperationException e) when (e.InnerException is not DecoderFallbackException)
        {
            // An escape that is half a surrogate pair; bytes that are no UTF-8 are no JSON either.
            throw new InvalidValueException(IncomingText.Unsound);
        }

        return IncomingText.IsSound(text) ? text : throw new InvalidValueException(IncomingText.Unsound);
    }
}

/// <summary>Reads a text as it was sent: a password, or one in which places are told to whoever sent it.</summary>
internal sealed class TextAsSent : JsonConverter<string>
{
    public override string Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        TextConverter.ReadSound(ref reader);

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);
}

/// <summary>Reads texts by name as they were sent.</summary>
internal sealed class TextsAsSent : JsonConverter<IReadOnlyDictionary<string, string>>
{
    public override IReadOnlyDictionary<string, string> Read(
        ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartObject) throw new JsonException();
        var texts = new Dictionary<string, string>();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = TextConverter.ReadSound(ref reader);
            reader.Read();
            // A missing text is refused by the rules, with its reason.
            texts[name] = reader.TokenType == JsonTokenType.Null ? null! : TextConverter.ReadSound(ref reader);
        }

        return texts;
    }

    public override void Write(Utf8JsonWriter writer, IReadOnlyDictionary<string, string> value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        foreach (var (name, text) in value) writer.WriteString(name, text);
        writer.WriteEndObject();
    }
}
