namespace Headroom.Grains.Lending;

/// <summary>
/// The real bytes that this process lends. They are the truth about loans: books that disagree are corrected.
/// </summary>
internal interface IPledgedMemory
{
    /// <summary>Names the life of this process: none of its memory outlives it. Never reused on a host.</summary>
    long Epoch { get; }

    /// <summary>Where the memory is served, as other hosts reach it: an address and a TCP port.</summary>
    string Endpoint { get; }

    /// <summary>Bytes allocated and touched now.</summary>
    long AllocatedBytes { get; }

    /// <summary>Numbers of the loans that have memory now.</summary>
    IReadOnlyCollection<long> Loans { get; }

    /// <summary>
    /// Allocates and touches bytes for a loan, off the caller's turn.
    /// </summary>
    /// <returns>The token that opens the memory; null, with nothing allocated, when the bytes are not really
    /// there.</returns>
    ValueTask<byte[]?> AllocateAsync(long loan, long bytes, CancellationToken cancellationToken);

    /// <summary>Gives a loan's bytes back to the machine and ends its connections. Idempotent.</summary>
    void Free(long loan);
}
