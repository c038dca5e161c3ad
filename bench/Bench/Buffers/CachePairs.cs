using BenchmarkDotNet.Attributes;
using Headroom.Caching;
using Microsoft.Extensions.Caching.Memory;

namespace Headroom.Bench.Buffers;

/// <summary>An entry read and replaced, in .NET's cache with a size limit and in the leased one.</summary>
// Public and not sealed: the benchmark runner derives from it.
public class CachePairs : IDisposable
{
    private const string Key = "key";

    private static readonly MemoryCacheEntryOptions Small = new() { Size = 100 };

    private readonly LeasedMemoryCache _leased = BufferFixture.Cache;
    private readonly MemoryCache _plain = new(new MemoryCacheOptions { SizeLimit = 1 << 20 });

    /// <summary>One entry in each.</summary>
    [GlobalSetup]
    public void Fill()
    {
        _plain.Set(Key, Key, Small);
        _leased.Set(Key, Key, Small);
    }

    /// <summary>Ends what this made.</summary>
    [GlobalCleanup]
    public void Dispose()
    {
        _plain.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Found in .NET's cache.</summary>
    [Benchmark]
    public bool GetPlain() => _plain.TryGetValue(Key, out object? _);

    /// <summary>Found in the leased one.</summary>
    [Benchmark]
    public bool GetLeased() => _leased.TryGetValue(Key, out object? _);

    /// <summary>Replaced in .NET's cache.</summary>
    [Benchmark]
    public string SetPlain() => _plain.Set(Key, Key, Small);

    /// <summary>Replaced in the leased one.</summary>
    [Benchmark]
    public string SetLeased() => _leased.Set(Key, Key, Small);
}
