using Xunit;

namespace Headroom.Simulation.Tests.Mutations;

/// <summary>
/// Rules that were taken out are missed: some that are missed soon. All of them: ./test sim --mutations.
/// </summary>
public sealed class MutationTests
{
    // Several times what the slowest of these takes.
    private const int MostSeeds = 60;

    [Theory]
    [InlineData("no-order-numbers")]
    [InlineData("no-request-ids")]
    [InlineData("authority-before-holder")]
    [InlineData("emergency-for-all")]
    [InlineData("mark-written-late")]
    [InlineData("timer-frees-memory")]
    [InlineData("reclaim-counts-early")]
    public void RuleTakenOut_IsMissed(string id)
    {
        Mutation mutation = MutationList.Find(id);

        (int seeds, string? violation) = Mutant.Make(mutation, Repository.Root).Hunt(mutation.From, MostSeeds);

        Assert.True(violation is not null, $"{id} was not found in {seeds} worlds from {mutation.From} on.");
    }
}
