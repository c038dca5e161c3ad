using Headroom.Grains.Lending;
using Headroom.Simulation.Tests.Engine;

namespace Headroom.Simulation.Tests.Cluster;

/// <summary>The real bytes that a silo's process lends; they end with the process.</summary>
internal sealed class SimMemory(SimCluster cluster, SimSilo silo, long epoch, Chance chance) : IPledgedMemory
{
    private static readonly byte[] Token = [1];

    private readonly SortedDictionary<long, long> _loans = [];

    public long Epoch => epoch;

    public string Endpoint => silo.Process.Name;

    public long AllocatedBytes { get; private set; }

    public IReadOnlyCollection<long> Loans => _loans.Keys;

    /// <summary>The part of allocations that fail.</summary>
    internal double Fails { get; set; }

    internal bool Has(long loan) => silo.Process.IsAlive && _loans.ContainsKey(loan);

    public ValueTask<byte[]?> AllocateAsync(long loan, long bytes, CancellationToken cancellationToken)
    {
        var done = new TaskCompletionSource<byte[]?>();
        bool fails = chance.Of(Fails);

        // From the first page on it is real memory.
        if (!fails)
        {
            _loans.Add(loan, bytes);
            AllocatedBytes += bytes;
        }

        cluster.Simulator.After(
            chance.Between(TimeSpan.FromMicroseconds(100), TimeSpan.FromMilliseconds(20)),
            () => silo.Process.Post(() => done.SetResult(fails ? null : Token)));
        return new ValueTask<byte[]?>(done.Task);
    }

    public void Free(long loan)
    {
        if (_loans.Remove(loan, out long bytes))
        {
            AllocatedBytes -= bytes;
        }
    }
}
