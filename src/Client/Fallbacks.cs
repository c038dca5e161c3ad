using System.Collections.Concurrent;

namespace Headroom;

/// <summary>
/// The objects that were made in good time for when must-succeed cannot be met. Each serves one lease at a time.
/// </summary>
internal sealed class Fallbacks
{
    private readonly ConcurrentQueue<Entry> _free = new();

    internal IDisposable Add(object fallback)
    {
        var entry = new Entry(fallback);
        _free.Enqueue(entry);
        return new Registration(() => entry.IsGone = true);
    }

    /// <summary>The origin of a lease that carries one of them; null when none is free.</summary>
    internal FallbackOrigin? Take()
    {
        while (_free.TryDequeue(out Entry? entry))
        {
            if (!entry.IsGone)
            {
                return new FallbackOrigin(this, entry);
            }
        }

        return null;
    }

    internal void Return(Entry entry) => _free.Enqueue(entry);

    internal sealed class Entry(object fallback)
    {
        internal object Object { get; } = fallback;

        internal volatile bool IsGone;
    }
}
