using System.Buffers;
using BenchmarkDotNet.Attributes;
using Headroom.Buffers;

namespace Headroom.Bench.Buffers;

/// <summary>A buffer rented and given back, by .NET's pools and by the leased one.</summary>
// Public and not sealed: the benchmark runner derives from it.
public class BufferPairs
{
    /// <summary>The larger of the two sizes.</summary>
    public const int Large = 64 << 10;

    private readonly LeasedMemoryPool _pool = BufferFixture.Pool;

    /// <summary>A page, and what a stream copies with.</summary>
    [Params(4096, Large)]
    public int Size { get; set; }

    /// <summary>Credit for what is rented.</summary>
    [GlobalSetup]
    public void Fill() => BufferFixture.EnsureCredit(Size);

    /// <summary>The arrays alone.</summary>
    [Benchmark(Baseline = true)]
    public int ArrayPool()
    {
        byte[] array = ArrayPool<byte>.Shared.Rent(Size);
        ArrayPool<byte>.Shared.Return(array);
        return array.Length;
    }

    /// <summary>.NET's own pool behind the same type.</summary>
    [Benchmark]
    public int MemoryPool()
    {
        using IMemoryOwner<byte> owner = MemoryPool<byte>.Shared.Rent(Size);
        return owner.Memory.Length;
    }

    /// <summary>Leased, behind the same type.</summary>
    [Benchmark]
    public int Rent()
    {
        try
        {
            using IMemoryOwner<byte> owner = _pool.Rent(Size);
            return owner.Memory.Length;
        }
        catch (MemoryRefusedException)
        {
            return BufferFixture.Miss(Size);
        }
    }

    /// <summary>Leased, as a value.</summary>
    [Benchmark]
    public int TryRent()
    {
        if (!_pool.TryRent(Size, out LeasedBuffer buffer))
        {
            return BufferFixture.Miss(Size);
        }

        int length = buffer.Memory.Length;
        buffer.Dispose();
        return length;
    }
}
