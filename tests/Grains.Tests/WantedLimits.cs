using System.Collections.Concurrent;

namespace Headroom.Grains.Tests;

/// <summary>Remembers what was wanted, and does nothing about it.</summary>
internal sealed class WantedLimits : IHardLimits
{
    private readonly ConcurrentQueue<(string Host, string Container, long Bytes)> _wanted = new();

    public void Want(string host, string container, long limitBytes) => _wanted.Enqueue((host, container, limitBytes));

    /// <summary>What was wanted for a container, in order.</summary>
    internal long[] Of(string host, string container) =>
        [.. _wanted.Where(wish => (wish.Host, wish.Container) == (host, container)).Select(wish => wish.Bytes)];
}
