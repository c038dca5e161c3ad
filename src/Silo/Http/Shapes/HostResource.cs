namespace Headroom.Silo.Http.Shapes;

/// <summary>A host as it stands. Amounts are bytes.</summary>
internal sealed record HostResource
{
    /// <summary>The host's name.</summary>
    public required string Host { get; init; }

    /// <summary>Bytes that may be handed out there.</summary>
    public required long CapacityBytes { get; init; }

    /// <summary>Bytes that only MustSucceed may use.</summary>
    public required long ReserveBytes { get; init; }

    /// <summary>The part of the reserve that other hosts may borrow.</summary>
    public required long PledgedBytes { get; init; }

    /// <summary>Bytes given to containers.</summary>
    public required long AllottedBytes { get; init; }

    /// <summary>Bytes given to containers beyond that, for must-succeed alone.</summary>
    public required long OverdraftBytes { get; init; }

    /// <summary>Bytes in use under leases, over all containers.</summary>
    public required BytesByUrgency LeasedBytes { get; init; }

    /// <summary>Bytes drawn by sessions and not leased, over all containers.</summary>
    public required long CreditBytes { get; init; }

    /// <summary>Bytes of lapsed sessions and leases, not yet seen gone, over all containers.</summary>
    public required long GhostBytes { get; init; }

    /// <summary>Bytes of the reserve in use by other hosts.</summary>
    public required long LoanBytes { get; init; }

    /// <summary>What it lends; absent when its silo is not up or does not answer.</summary>
    public ReserveResource? Reserve { get; init; }

    /// <summary>Bytes really in use that no lease stands for.</summary>
    public required long UntrackedBytes { get; init; }

    /// <summary>Bytes of the machine in use at the last reading; 0 before the first.</summary>
    public required long UsedBytes { get; init; }

    /// <summary>Bytes that a new request could get from the host; less than 0 when it is overdrawn.</summary>
    public required BytesByUrgency AvailableBytes { get; init; }

    /// <summary>How hard memory is pressed: none, some or high.</summary>
    public required string Pressure { get; init; }

    /// <summary>Names of its containers, sorted.</summary>
    public required IReadOnlyList<string> Containers { get; init; }
}
