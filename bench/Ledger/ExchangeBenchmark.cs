using BenchmarkDotNet.Attributes;

namespace Headroom.Ledger.Bench;

/// <summary>A session draws a slab and gives it back, in a container with many sessions.</summary>
public class ExchangeBenchmark
{
    private static readonly SubsystemWant[] Slab = [new("part", 4096, Urgency.SafeToFail)];
    private static readonly SubsystemHolding[] Drawn = [new("part", 4096, default)];

    private ContainerLedger _ledger = null!;
    private long[] _seen = null!;
    private TimeSpan _now;
    private int _next;

    [Params(10, 100, 1_000, ContainerLedger.MaxSessions)]
    public int Size { get; set; }

    [GlobalSetup]
    public void Fill()
    {
        _ledger = Filled.Container();
        _seen = new long[Size];
        for (int i = 0; i < Size; i++)
        {
            _ledger.Open(new OpenCommand(Filled.Id(i + 1), Guid.Empty, [], ProcessIdentity.None), _now);
        }
    }

    [Benchmark(OperationsPerInvoke = 3)]
    public void DrawAndGiveBack()
    {
        _now += Filled.Step;
        _next = (_next + 1) % Size;
        _seen[_next] = Exchange([], Slab);
        Exchange(Drawn, []);
        _seen[_next] = Exchange([], []);
    }

    private long Exchange(SubsystemHolding[] holdings, SubsystemWant[] wants) => _ledger.Exchange(
        new ExchangeCommand
        {
            Session = Filled.Id(_next + 1),
            Epoch = _ledger.Epoch,
            Seen = _seen[_next],
            Holdings = holdings,
            Wants = wants,
        },
        _now).Order;
}
