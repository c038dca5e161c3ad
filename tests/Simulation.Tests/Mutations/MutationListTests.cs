using Xunit;

namespace Headroom.Simulation.Tests.Mutations;

public sealed class MutationListTests
{
    private static readonly string[][] Rows =
    [
        .. File.ReadLines(Path.Combine(Repository.Root, "docs", "model", "mutations.md"))
            .Where(line => line.StartsWith("| ", StringComparison.Ordinal))
            .Select(line => line.Trim('|').Split('|', StringSplitOptions.TrimEntries))
            .Skip(1),
    ];

    [Fact]
    public void Document_NamesEachMutationOfTheSimulation_WithItsFile()
    {
        string[] documented = [.. Rows.Where(row => row[3] is "simulation" or "both").Select(row => $"{row[0]} {row[2]}")];

        Assert.Equal(documented.Order(), MutationList.All.Select(one => $"{one.Id} {one.File}").Order());
    }

    [Fact]
    public void Document_EachMutationIsFoundBySomebody_AndSaysHowSoon()
    {
        Assert.All(Rows, row => Assert.Equal(6, row.Length));
        Assert.All(Rows, row => Assert.Contains(row[3], new[] { "simulation", "model", "both" }));
        Assert.All(Rows, row => Assert.NotEmpty(row[4]));
    }
}
