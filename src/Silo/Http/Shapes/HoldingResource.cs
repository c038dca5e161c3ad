namespace Headroom.Silo.Http.Shapes;

/// <summary>What one subsystem of a container holds.</summary>
internal sealed record HoldingResource
{
    /// <summary>The subsystem's name.</summary>
    public required string Subsystem { get; init; }

    /// <summary>Bytes drawn and not leased.</summary>
    public required long CreditBytes { get; init; }

    /// <summary>Bytes drawn, not leased and kept for must-succeed alone; not part of creditBytes.</summary>
    public required long EmergencyBytes { get; init; }

    /// <summary>Bytes in use under leases.</summary>
    public required BytesByUrgency LeasedBytes { get; init; }
}
