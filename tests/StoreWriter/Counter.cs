namespace Headroom.StoreWriter;

/// <summary>The state that is written: a number, and bytes that make the write as large as a real one.</summary>
[GenerateSerializer]
[Alias("headroom.test.counter")]
internal sealed class Counter
{
    [Id(0)]
    public long Value { get; set; }

    [Id(1)]
    public byte[] Ballast { get; set; } = [];
}
