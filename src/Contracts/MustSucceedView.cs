namespace Headroom.Contracts;

/// <summary>A container's must-succeed use.</summary>
[GenerateSerializer, Immutable, Alias("headroom.MustSucceedView")]
public sealed record MustSucceedView
{
    /// <summary>The quota; null for none.</summary>
    [Id(0)] public required long? QuotaBytes { get; init; }

    /// <summary>Bytes outstanding against the quota.</summary>
    [Id(1)] public required long OutstandingBytes { get; init; }

    /// <summary>By subsystem and reason, those with most outstanding bytes first.</summary>
    [Id(2)] public required MustSucceedReason[] Reasons { get; init; }
}
