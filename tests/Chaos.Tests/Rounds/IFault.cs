namespace Headroom.Chaos.Tests.Rounds;

/// <summary>Something that goes wrong, and is over after a time.</summary>
internal interface IFault
{
    /// <summary>
    /// Strikes a part of the cluster that nothing else strikes at this moment, and mends it. Does nothing when there is
    /// no such part.
    /// </summary>
    /// <param name="cluster">What to strike.</param>
    /// <param name="random">All chance that it needs.</param>
    Task StrikeAsync(ChaosCluster cluster, Random random);
}
