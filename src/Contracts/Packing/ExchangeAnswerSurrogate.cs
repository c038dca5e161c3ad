namespace Headroom.Contracts.Packing;

/// <summary>How an <see cref="ExchangeAnswer"/> is on the wire: its rows are packed.</summary>
[GenerateSerializer, Immutable, Alias("headroom.ExchangeAnswerSurrogate")]
internal struct ExchangeAnswerSurrogate
{
    [Id(0)] public byte Outcome;
    [Id(1)] public Guid Session;
    [Id(2)] public long Epoch;
    [Id(3)] public long Order;
    [Id(4)] public byte[] Rows;
    [Id(5)] public byte Gate;
    [Id(6)] public TimeSpan ReclaimWithin;
    [Id(7)] public bool Overdue;
    [Id(8)] public long? HardLimitBytes;
    [Id(9)] public bool Collect;
}
