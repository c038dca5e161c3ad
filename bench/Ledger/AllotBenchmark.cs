using BenchmarkDotNet.Attributes;

namespace Headroom.Ledger.Bench;

/// <summary>A container asks for a step of allotment and gives it back, on a host with many containers.</summary>
public class AllotBenchmark
{
    private HostLedger _host = null!;
    private AllotCommand[] _commands = null!;
    private TimeSpan _now;
    private int _next;

    [Params(10, 100, 1_000, HostLedger.MaxContainers)]
    public int Size { get; set; }

    [GlobalSetup]
    public void Fill()
    {
        _host = new HostLedger(HostTable.Empty, FloorPolicy.None, new HostDefaults(Filled.Plenty, 0, 0, null));
        _commands = new AllotCommand[Size];
        for (int i = 0; i < Size; i++)
        {
            ContainerRow row = _host.Join($"container-{i}")!;
            _commands[i] = new AllotCommand
            {
                Container = row.Name,
                Epoch = row.Epoch,
                Seen = row.Order,
                KeepBytes = 0,
                LongestTtl = TimeSpan.Zero,
            };
        }
    }

    [Benchmark(OperationsPerInvoke = 2)]
    public void RaiseAndGiveBack()
    {
        _now += Filled.Step;
        _next = (_next + 1) % Size;
        AllotCommand command = _commands[_next];
        AllotDecision raised = _host.Allot(
            command with { WantBytes = ByUrgency.Of(Urgency.SafeToFail, 4096), LeastBytes = default }, _now);
        _commands[_next] = command with { Seen = raised.Order };
        _host.Allot(_commands[_next], _now);
    }
}
