namespace Headroom.Silo.Http.Shapes;

/// <summary>A subsystem as it stands: its policy and what it holds.</summary>
internal sealed record SubsystemResource
{
    /// <summary>The host's name.</summary>
    public required string Host { get; init; }

    /// <summary>The container's name.</summary>
    public required string Container { get; init; }

    /// <summary>The subsystem's name.</summary>
    public required string Subsystem { get; init; }

    /// <summary>The highest urgency it may use.</summary>
    public required string MaxUrgency { get; init; }

    /// <summary>A private store that only MustSucceed may use, in bytes.</summary>
    public required long EmergencyCreditBytes { get; init; }

    /// <summary>What happens when must-succeed cannot be met.</summary>
    public required string LastResort { get; init; }

    /// <summary>How many seconds must-succeed waits before that.</summary>
    public required double LastResortAfterSeconds { get; init; }

    /// <summary>Whether its loans go home when its own host has room again.</summary>
    public required bool LoansComeHome { get; init; }

    /// <summary>How it stands with must-succeed: normal, waiting, fallback, readOnly or failStop.</summary>
    public required string State { get; init; }

    /// <summary>Since when it has been in that state; absent when normal.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Bytes of the request that could not be met; absent when normal.</summary>
    public long? StateBytes { get; init; }

    /// <summary>Bytes drawn and not leased.</summary>
    public required long CreditBytes { get; init; }

    /// <summary>Bytes drawn, not leased and kept for must-succeed alone; not part of creditBytes.</summary>
    public required long EmergencyBytes { get; init; }

    /// <summary>Bytes in use under leases.</summary>
    public required BytesByUrgency LeasedBytes { get; init; }
}
