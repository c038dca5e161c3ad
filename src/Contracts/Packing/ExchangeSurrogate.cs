namespace Headroom.Contracts.Packing;

/// <summary>How an <see cref="Exchange"/> is on the wire: all that it says of subsystems is packed.</summary>
[GenerateSerializer, Immutable, Alias("headroom.ExchangeSurrogate")]
internal struct ExchangeSurrogate
{
    [Id(0)] public Guid Session;
    [Id(1)] public long Epoch;
    [Id(2)] public long Seen;
    [Id(3)] public byte[] Rows;
    [Id(4)] public long[]? Released;
    [Id(5)] public Guid[]? Cancelled;
    [Id(6)] public MustSucceedUse[]? MustSucceed;
    [Id(7)] public long Settled;
    [Id(8)] public ProcessHeap? Heap;
}
