namespace Headroom.Samples.Journal.Memory;

/// <summary>
/// Counts who uses something that its last user ends; it begins with one. Thread-safe; to be kept as a field and not
/// copied.
/// </summary>
internal struct UseCount
{
    private int _users = 1;

    public UseCount()
    {
    }

    /// <summary>Begins a use; false when the last one has ended.</summary>
    internal bool TryBegin()
    {
        int users = Volatile.Read(ref _users);
        while (users > 0)
        {
            int seen = Interlocked.CompareExchange(ref _users, users + 1, users);
            if (seen == users)
            {
                return true;
            }

            users = seen;
        }

        return false;
    }

    /// <summary>Ends a use; true for the last.</summary>
    internal bool End() => Interlocked.Decrement(ref _users) == 0;
}
