namespace MiiWrap.Learning.Domain.Common;

/// <summary>How a broken rule is answered: the input is wrong, the state does not allow it now, or this caller may not.</summary>
public enum RuleKind
{
    Conflict,
    Invalid,
    Forbidden,

    /// <summary>It was there, and is not for this caller any more.</summary>
    Gone,
}

/// <summary>A rule of the programme says no; <see cref="Code"/> is stable and part of the public contract.</summary>
public class RuleException : Exception
{
    public RuleException(string code, string message, RuleKind kind = RuleKind.Conflict)
        : base(message)
    {
        Code = code;
        Kind = kind;
    }

    public string Code { get; }

    public RuleKind Kind { get; }

    /// <summary>Further facts for the caller, such as the date on which a locked unit opens.</summary>
    public Dictionary<string, object?> Facts { get; } = [];

    public RuleException With(string name, object? value)
    {
        Facts[name] = value;
        return this;
    }
}
