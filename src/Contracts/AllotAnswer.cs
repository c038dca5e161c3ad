namespace Headroom.Contracts;

/// <summary>The host's current order to a container, durable before it was sent.</summary>
[GenerateSerializer, Immutable, Alias("headroom.AllotAnswer")]
public sealed record AllotAnswer
{
    /// <summary>The outcome, as Headroom.Outcome's value; Fenced tells an activation that it was replaced.</summary>
    [Id(0)] public required byte Outcome { get; init; }

    /// <summary>The epoch of the container that the order is for.</summary>
    [Id(1)] public required long Epoch { get; init; }

    /// <summary>The order's number; the container acts on newer ones only.</summary>
    [Id(2)] public long Order { get; init; }

    /// <summary>The whole allotment; an absolute amount.</summary>
    [Id(3)] public long AllottedBytes { get; init; }

    /// <summary>The longest lease life that is durable now.</summary>
    [Id(4)] public TimeSpan LongestTtl { get; init; }

    /// <summary>What the host has left for each urgency, 0 to 3, beyond what it gave.</summary>
    [Id(5)] public long[] AvailableBytes { get; init; } = [];

    /// <summary>
    /// How long the container may grant without confirming its epoch again, counted from when it sent its request.
    /// </summary>
    [Id(6)] public TimeSpan AuthorityLease { get; init; }

    /// <summary>True when the host asks for unused allotment back.</summary>
    [Id(7)] public bool ReturnUnused { get; init; }

    /// <summary>The settings now in force, when they changed; null otherwise.</summary>
    [Id(8)] public ContainerTerms? Terms { get; init; }

    /// <summary>How hard the host's memory is pressed: 0 none, 1 some, 2 high.</summary>
    [Id(9)] public byte Pressure { get; init; }

    /// <summary>The whole overdraft; an absolute amount.</summary>
    [Id(10)] public long OverdraftBytes { get; init; }

    /// <summary>What the host could still give as overdraft.</summary>
    [Id(11)] public long OverdraftAvailableBytes { get; init; }

    /// <summary>Leases below this urgency are asked back from the container; 0 when nothing is.</summary>
    [Id(12)] public byte ReclaimBelow { get; init; }

    /// <summary>The allotment that it should come down to by that; an absolute amount.</summary>
    [Id(13)] public long ReclaimKeepBytes { get; init; }

    /// <summary>Bytes that other containers were asked for and have not yet given back.</summary>
    [Id(14)] public long ReclaimingBytes { get; init; }
}
