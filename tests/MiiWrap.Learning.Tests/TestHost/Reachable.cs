using System.Reflection;
using Microsoft.Extensions.Logging;

namespace MiiWrap.Learning.Tests.TestHost;

/// <summary>Walks what an object keeps alive, for tests of what must not be kept.</summary>
internal static class Reachable
{
    private const BindingFlags Fields = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    /// <summary>The characters of all text that can be reached from here.</summary>
    public static long Characters(object root)
    {
        var seen = new HashSet<object>(ReferenceEqualityComparer.Instance);
        var open = new Stack<object>([root]);
        long characters = 0;
        while (open.TryPop(out var next))
        {
            if (next is string text)
            {
                if (seen.Add(text)) characters += text.Length;
                continue;
            }

            // What belongs to the run and not to the object: code, the log, threads, and the list of all timers.
            if (next is MemberInfo or Assembly or Module or Pointer or ILogger or ILoggerFactory
                || next.GetType().Namespace == "System.Threading" || !seen.Add(next)) continue;
            if (next is Array array)
            {
                if (!array.GetType().GetElementType()!.IsPrimitive)
                    foreach (var item in array) Push(item);
                continue;
            }

            for (var type = next.GetType(); type is not null && type != typeof(object); type = type.BaseType)
            {
                foreach (var field in type.GetFields(Fields).Where(f => !f.FieldType.IsPrimitive && !f.FieldType.IsPointer
                    && !f.FieldType.IsByRefLike)) Push(field.GetValue(next));
            }
        }

        return characters;

        void Push(object? item)
        {
            if (item is not null) open.Push(item);
        }
    }
}
