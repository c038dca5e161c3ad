namespace Headroom;

/// <summary>First attempts of one session that go in one message.</summary>
/// <param name="First">The number of the first one; the others are numbered on from it.</param>
/// <param name="Settled">Attempts up to this number are over.</param>
/// <param name="Asks">The requests; at least one.</param>
internal sealed record AttemptBatch(long First, long Settled, IReadOnlyList<LeaseAsk> Asks)
{
    internal Guid Session => Asks[0].Command.Session;

    internal long Epoch => Asks[0].Epoch;
}
