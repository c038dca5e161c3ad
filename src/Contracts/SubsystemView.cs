namespace Headroom.Contracts;

/// <summary>A subsystem as it stands.</summary>
[GenerateSerializer, Immutable, Alias("headroom.SubsystemView")]
public sealed record SubsystemView
{
    /// <summary>The policy in force, defaults filled in.</summary>
    [Id(0)] public required SubsystemPolicy Policy { get; init; }

    /// <summary>What it holds.</summary>
    [Id(1)] public required Holding Holding { get; init; }
}
