namespace Headroom.Contracts;

/// <summary>A subsystem as it stands.</summary>
[GenerateSerializer, Immutable, Alias("headroom.SubsystemView")]
public sealed record SubsystemView
{
    /// <summary>The policy in force, defaults filled in.</summary>
    [Id(0)] public required SubsystemPolicy Policy { get; init; }

    /// <summary>What it holds.</summary>
    [Id(1)] public required Holding Holding { get; init; }

    /// <summary>Its state, as Headroom.SubsystemState's value.</summary>
    [Id(2)] public byte State { get; init; }

    /// <summary>For how long it has been in that state; zero for Normal.</summary>
    [Id(3)] public TimeSpan StateFor { get; init; }

    /// <summary>The request that could not be met; 0 for Normal.</summary>
    [Id(4)] public long StateBytes { get; init; }
}
