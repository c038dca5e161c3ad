namespace Headroom.Support;

/// <summary>Where a silo runs.</summary>
/// <param name="Address">The IP address at which it is reached.</param>
/// <param name="Enter">The command line that runs a program there; empty for here.</param>
public sealed record SiloPlace(string Address, IReadOnlyList<string> Enter)
{
    /// <summary>This machine's loopback address.</summary>
    public static SiloPlace Here { get; } = new("127.0.0.1", []);
}
