using BenchmarkDotNet.Attributes;

namespace Headroom.Bench.Credit;

/// <summary>The same on several threads at once; the figure is the time that one of them takes.</summary>
// Public and not sealed: the benchmark runner derives from it.
public class LeaseOnThreads : IDisposable
{
    private const int Each = 200_000;

    private readonly ISubsystem _subsystem = CreditFixture.Subsystem;

    private Team? _team;

    /// <summary>One, or all cores.</summary>
    public static IEnumerable<int> Counts => new[] { 1, Environment.ProcessorCount }.Distinct();

    /// <summary>How many threads at once.</summary>
    [ParamsSource(nameof(Counts))]
    public int Threads { get; set; }

    /// <summary>Starts the threads.</summary>
    [GlobalSetup]
    public void Start() => _team = new Team(Threads);

    /// <summary>Ends them.</summary>
    [GlobalCleanup]
    public void Dispose()
    {
        _team?.Dispose();
        _team = null;
        GC.SuppressFinalize(this);
    }

    /// <summary>Leases from credit.</summary>
    [Benchmark(OperationsPerInvoke = Each)]
    public void Headroom() => _team!.Run(() =>
    {
        for (int i = 0; i < Each; i++)
        {
            _subsystem.TryAcquire(CreditFixture.LeaseBytes, Urgency.SafeToFail, out MemoryLease lease);
            lease.Dispose();
        }
    });

    /// <summary>What .NET has for limiting how much is under way.</summary>
    [Benchmark(OperationsPerInvoke = Each)]
    public void Limiter() => _team!.Run(() =>
    {
        for (int i = 0; i < Each; i++)
        {
            CreditFixture.Limiter.AttemptAcquire().Dispose();
        }
    });
}
