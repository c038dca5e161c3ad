using Headroom.Tidy.Tests;
using Xunit;

namespace Headroom.Manifests.Tests;

/// <summary>The checks find what they are there for.</summary>
public sealed class MutationTests
{
    public static TheoryData<string> Names => [.. Mutations.All.Select(mutation => mutation.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Manifests_WithAMistake_AreFoundOut(string name)
    {
        Mutation mutation = Mutations.All.Single(known => known.Name == name);
        string mutated = mutation.Apply(await Rendering.OfAsync(mutation.Folder));

        IReadOnlyList<(string Check, string Finding)> findings = await Verdict.OfAsync(mutated);

        Assert.True(
            findings.Any(one => one.Check == mutation.Check),
            $"{mutation.Check} found nothing; others: {string.Join('\n', findings)}");
    }

    // What a mutation is applied to is as good as what is applied to a cluster, but for the mistake.
    [Fact]
    public async Task Manifests_WithoutAMistake_AreAsGoodWrittenAgain()
    {
        Mutation harmless = new(
            "none", Mutations.All[0].Folder, "DaemonSet headroom-silo", "metadata labels x", "y", "");

        Assert.Empty(await Verdict.OfAsync(harmless.Apply(await Rendering.OfAsync(harmless.Folder))));
    }

    [Fact]
    public void Checks_Each_FindsAMistake() => Assert.Equal(
        [.. Rule.All.Select(rule => rule.Name).Append(Verdict.Strict).Append(Verdict.Schema).Order()],
        Mutations.All.Select(mutation => mutation.Check).Distinct().Order());

    [Fact]
    public void Readme_ListsThem()
    {
        string[] listed =
        [
            .. Repository.Lines("deploy/k8s/README.md").Where(line => line.StartsWith("| ", StringComparison.Ordinal)),
        ];

        Assert.All(Mutations.All, mutation => Assert.Contains($"| {mutation.Name} | {mutation.Check} |", listed));
    }
}
