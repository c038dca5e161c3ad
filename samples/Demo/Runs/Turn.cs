namespace Headroom.Samples.Demo.Runs;

/// <summary>What was done in one or more turns.</summary>
/// <param name="Commits">Commits that were answered.</param>
/// <param name="Reads">Values that were read.</param>
/// <param name="StoreSeconds">Time of a processor that the store took.</param>
/// <param name="SiloSeconds">Time of a processor that the silo took.</param>
internal readonly record struct Turn(double Commits, double Reads, double StoreSeconds, double SiloSeconds)
{
    /// <summary>So much of both that neither counts for more.</summary>
    internal double Work => Math.Sqrt(Commits * Reads);

    /// <summary>Time of a processor for a unit of <see cref="Work"/>.</summary>
    internal double Cost => (StoreSeconds + SiloSeconds) / Work;

    public static Turn operator +(Turn one, Turn other) => new(
        one.Commits + other.Commits,
        one.Reads + other.Reads,
        one.StoreSeconds + other.StoreSeconds,
        one.SiloSeconds + other.SiloSeconds);

    public static Turn operator -(Turn one, Turn other) => new(
        one.Commits - other.Commits,
        one.Reads - other.Reads,
        one.StoreSeconds - other.StoreSeconds,
        one.SiloSeconds - other.SiloSeconds);
}
