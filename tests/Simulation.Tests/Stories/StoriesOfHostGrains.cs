using Headroom.Contracts;
using Xunit;

namespace Headroom.Simulation.Tests.Stories;

public sealed class StoriesOfHostGrains
{
    // Found by seed 1012: both were answered with the row as it stood after the write, and had one epoch.
    [Fact]
    public void TwoJoinAtOnce_EachHasAnEpochOfItsOwn()
    {
        var stage = new Stage("h1");

        Reply<ContainerTerms> one = stage.Begin("h1", () => stage.HostOf("h1").JoinAsync("c0", default));
        Reply<ContainerTerms> other = stage.Begin("h1", () => stage.HostOf("h1").JoinAsync("c0", default));
        stage.Pass(TimeSpan.FromSeconds(1));

        Assert.Equal((1L, 2L), (one.Answer.Epoch, other.Answer.Epoch));
    }
}
