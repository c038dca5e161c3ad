namespace Headroom.Silo.Http.Shapes;

/// <summary>What a container uses must-succeed for.</summary>
internal sealed record MustSucceedResource
{
    /// <summary>The host's name.</summary>
    public required string Host { get; init; }

    /// <summary>The container's name.</summary>
    public required string Container { get; init; }

    /// <summary>Bytes that may be outstanding at once; absent when there is no quota.</summary>
    public long? QuotaBytes { get; init; }

    /// <summary>Bytes outstanding against the quota.</summary>
    public required long OutstandingBytes { get; init; }

    /// <summary>By subsystem and reason, those with most outstanding bytes first.</summary>
    public required IReadOnlyList<ReasonResource> Reasons { get; init; }
}
