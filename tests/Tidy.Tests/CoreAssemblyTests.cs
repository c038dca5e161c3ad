using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using Xunit;

namespace Headroom.Tidy.Tests;

/// <summary>
/// What the compiled core refers to: no matter how it was written, it cannot do I/O, tell the time or roll dice.
/// </summary>
public sealed class CoreAssemblyTests
{
    private static readonly string[] ForbiddenNamespaces =
    [
        "System.IO", "System.Net", "System.Threading.Tasks", "System.Timers", "System.Diagnostics",
        "Microsoft", "Orleans",
    ];

    private static readonly string[] ForbiddenTypes =
    [
        "System.Random", "System.TimeProvider", "System.Console", "System.AppDomain",
        "System.Security.Cryptography.RandomNumberGenerator", "System.Threading.Thread",
        "System.Threading.ThreadPool", "System.Threading.Timer",
    ];

    private static readonly string[] ForbiddenMembers =
    [
        "System.DateTime.get_Now", "System.DateTime.get_UtcNow", "System.DateTime.get_Today",
        "System.DateTimeOffset.get_Now", "System.DateTimeOffset.get_UtcNow",
        "System.Guid.NewGuid", "System.Guid.CreateVersion7",
        "System.Environment.get_TickCount", "System.Environment.get_TickCount64",
        "System.Environment.GetEnvironmentVariable",
    ];

    // The compiler's own marks, for debuggers and analysis, are no behaviour.
    private static readonly string[] Marks =
        ["System.Diagnostics.Debuggable", "System.Diagnostics.Debugger", "System.Diagnostics.CodeAnalysis."];

    private static readonly string[] Members = ReadMembers(out ReferencedTypes);
    private static readonly string[] ReferencedTypes;

    [Fact]
    public void Core_RefersToTheBaseClassLibraryOnly()
    {
        using PEReader file = Open();
        MetadataReader reader = file.GetMetadataReader();
        Assert.All(
            reader.AssemblyReferences.Select(handle => reader.GetString(reader.GetAssemblyReference(handle).Name)),
            name => Assert.StartsWith("System.", name, StringComparison.Ordinal));
    }

    [Fact]
    public void Core_UsesNoTypeForFilesNetworkTasksOrChance() => Findings.None(ReferencedTypes.Where(type =>
        !Marks.Any(mark => type.StartsWith(mark, StringComparison.Ordinal))
        && (ForbiddenTypes.Contains(type)
            || ForbiddenNamespaces.Any(space => type.StartsWith(space + ".", StringComparison.Ordinal)))));

    [Fact]
    public void Core_UsesNoMemberThatTellsTheTimeOrMakesIds() => Findings.None(Members.Intersect(ForbiddenMembers));

    // Or the two above could hold because nothing was read.
    [Fact]
    public void Core_IsReadWhole()
    {
        Assert.Contains("System.Collections.Generic.Dictionary`2", ReferencedTypes);
        Assert.Contains("System.TimeSpan.op_Addition", Members);
    }

    private static PEReader Open() => new(File.OpenRead(Path.Combine(AppContext.BaseDirectory, "Headroom.Core.dll")));

    private static string[] ReadMembers(out string[] types)
    {
        using PEReader file = Open();
        MetadataReader reader = file.GetMetadataReader();
        types = [.. reader.TypeReferences.Select(handle => Name(reader, handle))];
        return
        [
            .. reader.MemberReferences
                .Select(handle => reader.GetMemberReference(handle))
                .Where(member => member.Parent.Kind == HandleKind.TypeReference)
                .Select(member =>
                    $"{Name(reader, (TypeReferenceHandle)member.Parent)}.{reader.GetString(member.Name)}"),
        ];
    }

    private static string Name(MetadataReader reader, TypeReferenceHandle handle)
    {
        TypeReference type = reader.GetTypeReference(handle);
        string name = reader.GetString(type.Name);
        return type.ResolutionScope.Kind == HandleKind.TypeReference
            ? $"{Name(reader, (TypeReferenceHandle)type.ResolutionScope)}.{name}"
            : $"{reader.GetString(type.Namespace)}.{name}";
    }
}
