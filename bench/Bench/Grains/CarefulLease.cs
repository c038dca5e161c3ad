using Headroom.Contracts;

namespace Headroom.Bench;

/// <summary>
/// A lease by the careful path, as the HTTP API asks: by its subsystem's grain, and without a session.
/// </summary>
internal sealed class CarefulLease(IGrainFactory grains, string host)
{
    private const string Container = "bench";
    private const string Subsystem = "part";

    private readonly ISubsystemGrain _subsystem =
        grains.GetGrain<ISubsystemGrain>($"{host}/{Container}/{Subsystem}");

    private readonly IContainerBudgetGrain _container =
        grains.GetGrain<IContainerBudgetGrain>($"{host}/{Container}");

    /// <summary>Asks for it and gives it back, in two calls.</summary>
    public async Task AcquireAndReleaseAsync()
    {
        LeaseAnswer lease = await _subsystem.AcquireAsync(
            new LeaseRequest
            {
                RequestId = RequestIds.Next(),
                Bytes = DrawingSession.DrawnBytes,
                Urgency = (byte)Urgency.SafeToFail,
            },
            CancellationToken.None);
        if (lease.Outcome != (byte)Outcome.Granted)
        {
            throw new InvalidOperationException($"The bench must not be refused: {lease}");
        }

        await _container.ReleaseLeaseAsync(
            new LeaseClaim
            {
                LeaseId = lease.LeaseId,
                Epoch = lease.Epoch,
                Subsystem = Subsystem,
                Bytes = lease.Bytes,
                Urgency = (byte)Urgency.SafeToFail,
                Ttl = lease.Ttl,
            },
            CancellationToken.None);
    }
}
