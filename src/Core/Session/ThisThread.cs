namespace Headroom;

/// <summary>A number of the thread that asks, which no other thread has, or ever had.</summary>
/// <remarks>Not the runtime's id: that one comes again once its thread has ended.</remarks>
internal static class ThisThread
{
    // Static and mutable, because it is what a thread knows of itself: it never changes once it is set.
    [ThreadStatic]
    private static long _number;

    private static long _last;

    internal static long Number => _number is var number and not 0 ? number : Take();

    private static long Take() => _number = Interlocked.Increment(ref _last);
}
