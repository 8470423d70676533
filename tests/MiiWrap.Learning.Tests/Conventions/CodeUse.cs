using System.Reflection;
using System.Reflection.Emit;

namespace MiiWrap.Learning.Tests.Conventions;

/// <summary>
/// What code uses, read from its signatures and instructions: a search of the text would miss a name that needs no using.
/// </summary>
internal static class CodeUse
{
    private const BindingFlags Own =
        BindingFlags.DeclaredOnly | BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic;

    private static readonly Dictionary<short, OpCode> Codes =
        typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static).Select(f => (OpCode)f.GetValue(null)!)
            .ToDictionary(c => c.Value);

    /// <summary>The types that a type uses, in its declaration, its members and their bodies.</summary>
    public static HashSet<Type> Types(Type type)
    {
        var declared = new[] { type.BaseType }.Concat(type.GetInterfaces())
            .Concat(type.GetFields(Own).Select(f => f.FieldType))
            .Concat(Methods(type).SelectMany(Signature))
            .Concat(Methods(type).SelectMany(m => m.GetMethodBody()?.LocalVariables.Select(l => l.LocalType) ?? []))
            .Concat(type.GetCustomAttributesData().Select(a => a.AttributeType));
        var used = Members(type).SelectMany(m => m switch
        {
            Type t => [t],
            FieldInfo f => [f.DeclaringType, f.FieldType],
            MethodBase b => Signature(b).Append(b.DeclaringType),
            _ => Array.Empty<Type?>(),
        });
        return [.. declared.Concat(used).OfType<Type>().SelectMany(Parts)];
    }

    /// <summary>The members that the bodies of a type's methods use.</summary>
    public static IEnumerable<MemberInfo> Members(Type type) => Methods(type).SelectMany(Members);

    /// <summary>The methods of a type that call such a method.</summary>
    public static IEnumerable<string> Calls(Type type, Func<MemberInfo, bool> isMeant) =>
        Methods(type).Where(m => Members(m).Any(isMeant)).Select(m => m.Name);

    /// <summary>The texts in the bodies of a type's methods, and of what the compiler makes of them.</summary>
    public static IEnumerable<string> Texts(Type type) =>
        Methods(type).SelectMany(Texts).Concat(type.GetNestedTypes(BindingFlags.Public | BindingFlags.NonPublic).SelectMany(Texts));

    private static IEnumerable<MethodBase> Methods(Type type) => type.GetMethods(Own).Concat<MethodBase>(type.GetConstructors(Own));

    private static IEnumerable<Type?> Signature(MethodBase method) =>
        method.GetParameters().Select(p => p.ParameterType)
            .Concat(method is MethodInfo info ? [info.ReturnType] : [])
            .Concat(method.IsGenericMethod ? method.GetGenericArguments() : []);

    private static IEnumerable<Type> Parts(Type type)
    {
        if (type.HasElementType) return Parts(type.GetElementType()!);
        return type.IsConstructedGenericType
            ? type.GetGenericArguments().SelectMany(Parts).Prepend(type.GetGenericTypeDefinition())
            : [type];
    }

    private static IEnumerable<MemberInfo> Members(MethodBase method)
    {
        var typeArguments = method.DeclaringType!.GetGenericArguments();
        var methodArguments = method.IsGenericMethod ? method.GetGenericArguments() : [];
        return Operands(method)
            .Where(o => o.Kind is OperandType.InlineMethod or OperandType.InlineField or OperandType.InlineType or OperandType.InlineTok)
            .Select(o => method.Module.ResolveMember(o.Token, typeArguments, methodArguments)).OfType<MemberInfo>();
    }

    private static IEnumerable<string> Texts(MethodBase method) =>
        Operands(method).Where(o => o.Kind == OperandType.InlineString).Select(o => method.Module.ResolveString(o.Token));

    private static IEnumerable<(OperandType Kind, int Token)> Operands(MethodBase method)
    {
        if (method.GetMethodBody()?.GetILAsByteArray() is not { } il) yield break;
        for (var at = 0; at < il.Length;)
        {
            var code = Codes[il[at] == 0xFE ? unchecked((short)(0xFE00 | il[at + 1])) : il[at]];
            at += code.Size;
            if (code.OperandType is OperandType.InlineMethod or OperandType.InlineField or OperandType.InlineType or OperandType.InlineTok
                or OperandType.InlineString)
                yield return (code.OperandType, BitConverter.ToInt32(il, at));
            at += code.OperandType switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => 4 + (4 * BitConverter.ToInt32(il, at)),
                _ => 4,
            };
        }
    }
}

internal static class Faults
{
    /// <summary>Fails with every fault in full, a line each.</summary>
    public static void None(IEnumerable<string?> faults)
    {
        var all = faults.Distinct().ToList();
        Assert.True(all.Count == 0, string.Join('\n', all));
    }
}
