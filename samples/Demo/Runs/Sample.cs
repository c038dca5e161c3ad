namespace Headroom.Samples.Demo.Runs;

/// <summary>What was seen at one moment of a run. Counts are since its start.</summary>
/// <param name="At">Seconds since the start of the work.</param>
/// <param name="Held">Bytes that the store holds at each urgency.</param>
/// <param name="Neighbour">Bytes that the neighbour holds.</param>
/// <param name="Wanted">Bytes that the neighbour wants.</param>
/// <param name="Anonymous">Bytes in the group that the kernel cannot drop: all of the above, and the runtimes.</param>
/// <param name="Usage">All bytes in the group, page cache included.</param>
/// <param name="Lent">Bytes that the store holds on other hosts.</param>
/// <param name="Commits">Commits that are durable.</param>
/// <param name="Reads">Values that were read.</param>
/// <param name="Refused">Refusals below must-succeed, of store and neighbour.</param>
/// <param name="Reclaimed">Bytes that were given back because they were asked for.</param>
/// <param name="StalledSeconds">Time in which some process waited for memory.</param>
internal readonly record struct Sample(
    double At,
    long[] Held,
    long Neighbour,
    long Wanted,
    long Anonymous,
    long Usage,
    long Lent,
    long Commits,
    long Reads,
    long Refused,
    long Reclaimed,
    double StalledSeconds);
