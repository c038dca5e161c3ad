namespace Headroom.Contracts;

/// <summary>What a client itself says that it holds of a session.</summary>
[GenerateSerializer, Immutable, Alias("headroom.HolderView")]
public sealed record HolderView
{
    /// <summary>The epoch of the authority that the session is with.</summary>
    [Id(0)] public required long Epoch { get; init; }

    /// <summary>Bytes of its host that it holds: credit, kept for must-succeed, and leased, however granted.</summary>
    [Id(1)] public required long HeldBytes { get; init; }
}
