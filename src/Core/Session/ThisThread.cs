namespace Headroom;

/// <summary>The managed id of the thread that asks, kept where a look costs less than asking the runtime.</summary>
internal static class ThisThread
{
    // Static and mutable, because it is what a thread knows of itself: it never changes once it is set.
    [ThreadStatic]
    private static int _id;

    internal static int Id => _id is var id and not 0 ? id : Ask();

    private static int Ask() => _id = Environment.CurrentManagedThreadId;
}
