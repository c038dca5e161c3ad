namespace Headroom.Contracts;

/// <summary>
/// What the id of a lease without a session stands for; unsealed by the HTTP layer, so that renewing it after a restart
/// is
/// its report.
/// </summary>
[GenerateSerializer, Immutable, Alias("headroom.LeaseClaim")]
public sealed record LeaseClaim
{
    /// <summary>The lease.</summary>
    [Id(0)] public required long LeaseId { get; init; }

    /// <summary>The epoch in which it was granted.</summary>
    [Id(1)] public required long Epoch { get; init; }

    /// <summary>The subsystem's name.</summary>
    [Id(2)] public required string Subsystem { get; init; }

    /// <summary>Its size.</summary>
    [Id(3)] public required long Bytes { get; init; }

    /// <summary>0 to 3.</summary>
    [Id(4)] public required byte Urgency { get; init; }

    /// <summary>How long it lives without renewal.</summary>
    [Id(5)] public required TimeSpan Ttl { get; init; }

    /// <summary>Whether its bytes are on other hosts.</summary>
    [Id(6)] public bool Remote { get; init; }
}
