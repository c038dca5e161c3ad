using System.Text.RegularExpressions;
using Xunit;

namespace Headroom.Tidy.Tests;

/// <summary>
/// Tests mirror the source: each class of the ledgers that does something has a test file of its own.
/// </summary>
public sealed partial class MirrorTests
{
    // Values and errors: what they do is seen in the tests of those that use them.
    private static readonly string[] WithoutBehaviour =
    [
        "HostAccount", "Lease", "LedgerException", "Session", "SubsystemBook", "Waiter",
    ];

    [Fact]
    public void Ledger_EachClassWithBehaviour_HasATestFile()
    {
        string[] classes =
        [
            .. Repository.Files("src/Core/Ledger", ".cs")
                .Where(path => DeclaresClass().IsMatch(Repository.Text(path)))
                .Select(path => Path.GetFileName(path).Split('.')[0])
                .Distinct()
                .Except(WithoutBehaviour),
        ];

        Assert.NotEmpty(classes);
        Findings.None(classes.Where(name => !Repository.Files("tests/Core.Tests/Ledger", ".cs")
            .Contains($"tests/Core.Tests/Ledger/{name}Tests.cs")));
    }

    [Fact]
    public void Ledger_ExemptClasses_Exist() => Findings.None(WithoutBehaviour.Where(
        name => !File.Exists(Path.Combine(Repository.Root, "src/Core/Ledger", $"{name}.cs"))));

    // A record with a body of its own decides something; one of parameters only does not.
    [GeneratedRegex(
        @"^(public|internal) (sealed |static )*(partial )?class |public sealed record FloorPolicy",
        RegexOptions.Multiline)]
    private static partial Regex DeclaresClass();
}
