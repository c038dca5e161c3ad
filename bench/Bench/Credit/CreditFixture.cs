using System.Threading.RateLimiting;

namespace Headroom.Bench.Credit;

/// <summary>
/// A connected client with credit, for benchmarks that run in this process: its session goes on renewing meanwhile, as
/// it does in a service.
/// </summary>
internal static class CreditFixture
{
    /// <summary>A small lease.</summary>
    public const long LeaseBytes = 4096;

    /// <summary>.NET's own limiter, with room for all.</summary>
    public static readonly ConcurrencyLimiter Limiter = new(new ConcurrencyLimiterOptions
    {
        PermitLimit = 1 << 20,
        QueueLimit = 0,
    });

    // Static, because benchmark classes are made by their runner.
    private static ISubsystem? _subsystem;

    /// <summary>The subsystem to lease from.</summary>
    public static ISubsystem Subsystem =>
        _subsystem ?? throw new InvalidOperationException("There is no client yet.");

    /// <summary>Uses this client's subsystem, once it has credit.</summary>
    public static async Task UseAsync(HeadroomClient client)
    {
        ISubsystem subsystem = client.Subsystem("bench");
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        do
        {
            // What is leased one by one asks for credit too.
            (await subsystem.AcquireAsync(LeaseBytes, Urgency.RiskyToFail)).Dispose();
        }
        while (!subsystem.TryAcquire(LeaseBytes * 16, Urgency.Optional, out MemoryLease lease) | Ended(lease)
            && await timer.WaitForNextTickAsync());
        _subsystem = subsystem;
    }

    private static bool Ended(MemoryLease lease)
    {
        lease.Dispose();
        return false;
    }
}
