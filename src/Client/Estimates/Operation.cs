namespace Headroom;

/// <summary>Asks for what an operation is estimated to need, and has the estimate learn what came of it.</summary>
internal sealed class Operation(Subsystem subsystem, string key, UseEstimate estimate, Operations owner) : IOperation
{
    public string Key { get; } = key;

    public long EstimateBytes => estimate.Bytes;

    internal UseEstimate Estimate => estimate;

    public bool TryAcquire(Urgency urgency, out EstimatedLease lease)
    {
        if (!TryMore(estimate.Bytes, urgency, out MemoryLease first))
        {
            lease = default;
            return false;
        }

        lease = owner.Start(this, first, urgency);
        return true;
    }

    public ValueTask<EstimatedLease> AcquireAsync(Urgency urgency, CancellationToken cancellationToken = default)
    {
        ValueTask<MemoryLease> asked = MoreAsync(estimate.Bytes, urgency, estimated: true, cancellationToken);
        return asked.IsCompletedSuccessfully
            ? ValueTask.FromResult(owner.Start(this, asked.Result, urgency))
            : StartAsync(asked, urgency);
    }

    /// <summary>What to ask for instead of a lease that was too small.</summary>
    internal long After(long leasedBytes) => estimate.After(leasedBytes);

    internal bool TryMore(long bytes, Urgency urgency, out MemoryLease lease) =>
        subsystem.TryAcquire(bytes, urgency, Key, out lease);

    /// <summary>Leases from credit or asks the authority.</summary>
    /// <param name="bytes">The size.</param>
    /// <param name="urgency">The urgency.</param>
    /// <param name="estimated">
    /// Whether the size is an estimate: what can never be granted is then refused and is no mistake of the caller, and
    /// the estimate learns of refusals.
    /// </param>
    /// <param name="cancellationToken">Gives up.</param>
    internal ValueTask<MemoryLease> MoreAsync(
        long bytes, Urgency urgency, bool estimated, CancellationToken cancellationToken)
    {
        ValueTask<MemoryLease> asked = subsystem.AcquireAsync(bytes, urgency, Key, cancellationToken);
        return asked.IsCompletedSuccessfully || !estimated ? asked : AwaitAsync(asked, bytes, urgency);
    }

    /// <summary>A lease ended.</summary>
    /// <param name="firstBytes">What it was given at first.</param>
    /// <param name="neededBytes">What it needed; less than 0 when that is unknown.</param>
    internal void Ended(long firstBytes, long neededBytes)
    {
        if (neededBytes < 0)
        {
            return;
        }

        estimate.Learn(neededBytes, owner.Now);
        subsystem.Estimated(firstBytes, neededBytes);
    }

    private async ValueTask<EstimatedLease> StartAsync(ValueTask<MemoryLease> asked, Urgency urgency) =>
        owner.Start(this, await asked, urgency);

    private async ValueTask<MemoryLease> AwaitAsync(ValueTask<MemoryLease> asked, long bytes, Urgency urgency)
    {
        try
        {
            return await asked;
        }
        catch (MemoryRefusedException refused) when (refused.Reason == RefusalReason.NotEnoughMemory)
        {
            if (bytes <= estimate.Bytes)
            {
                estimate.Refused(owner.Now);
            }

            throw;
        }
        catch (ArgumentOutOfRangeException impossible)
        {
            // Twice the estimate may be too much while the estimate is not.
            if (bytes <= estimate.Bytes)
            {
                estimate.Forget(owner.Now);
            }

            throw Refusals.Impossible(subsystem.Name, bytes, urgency, impossible);
        }
    }
}
