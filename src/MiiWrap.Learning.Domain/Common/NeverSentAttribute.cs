namespace MiiWrap.Learning.Domain.Common;

/// <summary>Marks a value that the program sets by itself: requests are answered with it, and may not carry it.</summary>
[AttributeUsage(AttributeTargets.Field)]
public sealed class NeverSentAttribute : Attribute;
