using Xunit;

namespace Headroom.Simulation.Tests.Mutations;

/// <summary>Each rule that was taken out is missed.</summary>
public sealed class MutationTests(MutationHunts hunts) : IClassFixture<MutationHunts>
{
    public static TheoryData<string> Ids => [.. MutationList.All.Select(mutation => mutation.Id)];

    [Theory]
    [MemberData(nameof(Ids))]
    public void Mutation_IsFound(string id)
    {
        Assert.True(hunts.Found.TryGetValue(id, out string? how), $"{id} was not hunted.");
        Assert.True(how.StartsWith("seed", StringComparison.Ordinal), how);
    }
}
