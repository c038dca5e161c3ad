using BenchmarkDotNet.Attributes;

namespace Headroom.Ledger.Bench;

/// <summary>One lease more, and back, in a container that holds many.</summary>
public class LeaseBenchmark
{
    private ContainerLedger _ledger = null!;
    private TimeSpan _now;
    private int _ids;

    [Params(10, 100, 1_000, 10_000, 100_000)]
    public int Size { get; set; }

    [GlobalSetup]
    public void Fill()
    {
        _ledger = Filled.Container();
        for (int i = 0; i < Size; i++)
        {
            Acquire();
        }
    }

    [Benchmark]
    public void AcquireAndRelease()
    {
        _now += Filled.Step;
        LeaseDecision lease = Acquire();
        _ledger.Release(
            new LeaseReport(lease.LeaseId, _ledger.Epoch, "part", lease.Bytes, Urgency.SafeToFail, lease.Ttl), _now);
    }

    private LeaseDecision Acquire() => _ledger.Request(
        new LeaseCommand
        {
            RequestId = Filled.Id(++_ids),
            Subsystem = "part",
            Bytes = 4096,
            Urgency = Urgency.SafeToFail,
            Ttl = Filled.Life,
        },
        _now);
}
