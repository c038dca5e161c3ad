namespace Headroom.Contracts;

/// <summary>What a host could lend, as one silo last heard of it.</summary>
/// <param name="Host">The host.</param>
/// <param name="FreePledgeBytes">What it could lend then.</param>
/// <param name="Age">How long ago that was.</param>
[GenerateSerializer, Immutable, Alias("headroom.PledgeShare")]
public readonly record struct PledgeShare(
    [property: Id(0)] string Host, [property: Id(1)] long FreePledgeBytes, [property: Id(2)] TimeSpan Age);
