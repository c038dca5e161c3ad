using Xunit;

namespace Headroom.Simulation.Tests.Mutations;

/// <summary>docs/model/mutations.md and the list of the simulation say the same.</summary>
public sealed class MutationListTests
{
    private static readonly string[][] Rows =
    [
        .. File.ReadLines(Path.Combine(Repository.Root, "docs", "model", "mutations.md"))
            .Where(line => line.StartsWith("| ", StringComparison.Ordinal))
            .Select(line => line.Trim('|').Split('|', StringSplitOptions.TrimEntries))
            .Skip(1),
    ];

    public static TheoryData<string> Ids => [.. MutationList.All.Select(mutation => mutation.Id)];

    [Fact]
    public void Document_NamesEachMutationOfTheSimulation_WithItsFile()
    {
        string[] documented = [.. Rows.Where(IsOfTheSimulation).Select(row => $"{row[0]} {row[2]}")];

        Assert.Equal(documented.Order(), MutationList.All.Select(one => $"{one.Id} {one.File}").Order());
    }

    [Fact]
    public void Document_EachRow_SaysWhoFindsItAndHowSoon()
    {
        Assert.All(Rows, row => Assert.Equal(6, row.Length));
        Assert.All(Rows, row => Assert.Contains(row[3], new[] { "simulation", "model", "both" }));
        Assert.All(
            Rows, row => Assert.Equal(IsOfTheSimulation(row), row[4].EndsWith("seeds", StringComparison.Ordinal)));
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void Text_IsInItsFileOnce_AndIsReplaced(string id)
    {
        Mutation mutation = MutationList.Find(id);
        string text = File.ReadAllText(Path.Combine(Repository.Root, mutation.File));

        Assert.NotEqual(text, Mutant.Apply(mutation, text));
    }

    private static bool IsOfTheSimulation(string[] row) => row[3] is "simulation" or "both";
}
