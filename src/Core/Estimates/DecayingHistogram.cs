using System.Numerics;

namespace Headroom;

/// <summary>
/// Sizes that were seen, in buckets of constant relative width, the newer ones counting more. Knows one quantile at any
/// time. Of constant size; deterministic. Not thread-safe.
/// </summary>
/// <remarks>
/// Weights halve in steps, all at once: so ranks among what is known do not change between steps, and the quantile's
/// place moves only as far as what is added moves it.
/// </remarks>
internal sealed class DecayingHistogram
{
    /// <summary>The weight of one sight.</summary>
    internal const long Unit = 1L << 20;

    /// <summary>Anything smaller counts as this.</summary>
    internal const long LeastBytes = 1L << LeastBits;

    /// <summary>Anything larger counts as this.</summary>
    internal const long MostBytes = 1L << MostBits;

    private const int LeastBits = 10;
    private const int MostBits = 48;

    // A bucket is this part of its power of two wide: the bound of the relative error.
    private const int PartBits = 4;
    private const int Parts = 1 << PartBits;
    private const int Buckets = ((MostBits - LeastBits) << PartBits) + 1;

    // The quantile leaves one in so many above it.
    private const int OneIn = 100;

    private readonly long[] _weights = new long[Buckets];
    private readonly TimeSpan _halfLife;
    private long _total;
    private int _at;
    private long _below;
    private TimeSpan _decayedAt;

    /// <summary>Creates an empty histogram.</summary>
    /// <param name="halfLife">After so long a sight counts half; more than zero.</param>
    internal DecayingHistogram(TimeSpan halfLife)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(halfLife, TimeSpan.Zero);
        _halfLife = halfLife;
    }

    /// <summary>The weight of all that was seen, after decay.</summary>
    internal long TotalWeight => _total;

    /// <summary>
    /// The 99th percentile: the largest size of the bucket in which it is, so at most a sixteenth too much and never
    /// too little. <see cref="LeastBytes"/> while nothing is known.
    /// </summary>
    internal long QuantileBytes => LargestOf(_at);

    /// <summary>Adds a size.</summary>
    /// <param name="bytes">0 or more.</param>
    /// <param name="weight">How much it counts; <see cref="Unit"/> is one sight.</param>
    /// <param name="now">Monotonic time; an earlier one than before counts as that.</param>
    internal void Add(long bytes, long weight, TimeSpan now)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        ArgumentOutOfRangeException.ThrowIfLessThan(weight, 1);
        Decay(now);
        int bucket = BucketOf(bytes);
        _weights[bucket] += weight;
        _total += weight;
        _below += bucket < _at ? weight : 0;
        Seek();
    }

    /// <summary>Forgets all.</summary>
    internal void Clear()
    {
        Array.Clear(_weights);
        (_total, _at, _below) = (0, 0, 0);
    }

    /// <summary>The largest size that counts as the same as this one.</summary>
    internal static long CountsAs(long bytes) => LargestOf(BucketOf(bytes));

    // What little is left stays: with nothing newer to set against it, it is the best that is known.
    private void Decay(TimeSpan now)
    {
        if (now - _decayedAt < _halfLife)
        {
            return;
        }

        long steps = (now - _decayedAt).Ticks / _halfLife.Ticks;
        _decayedAt += TimeSpan.FromTicks(_halfLife.Ticks * steps);
        for (; steps > 0 && _total >= 2 * Unit; steps--)
        {
            Halve();
        }
    }

    private void Halve()
    {
        (_total, _below) = (0, 0);
        for (int bucket = 0; bucket < Buckets; bucket++)
        {
            _weights[bucket] >>= 1;
            _total += _weights[bucket];
            _below += bucket < _at ? _weights[bucket] : 0;
        }

        Seek();
    }

    // The first bucket through which there is enough weight.
    private void Seek()
    {
        long enough = _total - (_total / OneIn);
        while (_at > 0 && _below >= enough)
        {
            _below -= _weights[--_at];
        }

        while (_at < Buckets - 1 && _below + _weights[_at] < enough)
        {
            _below += _weights[_at++];
        }
    }

    // Buckets end at their largest size: a power of two is the end of the bucket below it.
    private static int BucketOf(long bytes)
    {
        if (bytes <= LeastBytes)
        {
            return 0;
        }

        if (bytes >= MostBytes)
        {
            return Buckets - 1;
        }

        int power = BitOperations.Log2((ulong)(bytes - 1));
        long part = (bytes - 1 - (1L << power)) >> (power - PartBits);
        return ((power - LeastBits) << PartBits) + (int)part + 1;
    }

    private static long LargestOf(int bucket)
    {
        if (bucket == 0)
        {
            return LeastBytes;
        }

        int power = LeastBits + ((bucket - 1) >> PartBits);
        long part = ((bucket - 1) & (Parts - 1)) + 1;
        return (1L << power) + (part << (power - PartBits));
    }
}
