using Headroom.Support;
using Xunit;

namespace Headroom.Silo.Tests.Storage;

[Trait("Kind", "Process")]
public sealed class EmbeddedStoreKillTests
{
    // The moment of the kill is drawn from a fixed seed; what the child does at that moment differs from run to run
    // anyway.
    private const int Seed = 20261;

    // Small: a checkpoint every second, next to no memory, so that kills fall into checkpoints, spilled records and the
    // clean-up of both. Default: as in production, where all comes back from the append-only file.
    [Theory]
    [InlineData("default", 3, 200, 5)]
    [InlineData("small", 100, 6_000, 5)]
    public async Task Kill_WhileWriting_KeepsEveryAcknowledgedWrite(string shape, int grains, int ballast, int rounds)
    {
        using var folder = new TemporaryFolder();
        var random = new Random(Seed);
        var acknowledged = new Dictionary<int, long>();
        for (int round = 0; round <= rounds; round++)
        {
            await using StoreWriterProcess writer =
                await StoreWriterProcess.StartAsync(folder.Path, grains, ballast, shape);

            foreach ((int grain, long value) in acknowledged)
            {
                // One more may be there: a write that was done and whose answer the kill swallowed.
                Assert.InRange(writer.Read[grain], value, value + 1);
            }

            await writer.KillAfterAsync(random.Next(1, 2_000));
            foreach ((int grain, long value) in writer.Acknowledged)
            {
                acknowledged[grain] = value;
            }
        }

        Assert.Equal(grains, acknowledged.Count);
    }
}
