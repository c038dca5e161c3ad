namespace Headroom;

/// <summary>
/// Containers that wait for allotment, by urgency and then by arrival. One that no longer repeats its want loses its
/// place.
/// </summary>
/// <param name="wantLife">How long a want stands without being repeated.</param>
internal sealed class WantQueue(TimeSpan wantLife)
{
    private readonly LinkedList<HostAccount>[] _levels = [new(), new(), new(), new()];

    /// <summary>Whether any other container waits, at whatever urgency.</summary>
    public bool HasOtherThan(HostAccount account)
    {
        foreach (LinkedList<HostAccount> level in _levels)
        {
            if (level.Count > 1 || (level.First is { } first && first.Value != account))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// The first that still repeats its want at an urgency; those before it, gone silent, leave the queue.
    /// </summary>
    public LinkedListNode<HostAccount>? First(int level, TimeSpan now)
    {
        while (_levels[level].First is { } node)
        {
            if (!IsSilent(node.Value, now))
            {
                return node;
            }

            Leave(node.Value);
        }

        return null;
    }

    /// <summary>Those that wait at an urgency and still repeat their want, in order.</summary>
    public IEnumerable<HostAccount> At(int level, TimeSpan now) =>
        _levels[level].Where(account => !IsSilent(account, now));

    /// <summary>Whether anybody waits at a higher urgency.</summary>
    public bool WaitsAbove(int level, TimeSpan now)
    {
        for (int higher = level + 1; higher < ByUrgency.Levels; higher++)
        {
            if (First(higher, now) is not null)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether it did not repeat its want in time.</summary>
    public bool IsSilent(HostAccount account, TimeSpan now) => now - account.HeardAt > wantLife;

    /// <summary>Gives it a place at each urgency at which it wants anything; it keeps the places that it has.</summary>
    public void Enlist(HostAccount account)
    {
        for (int level = 0; level < ByUrgency.Levels; level++)
        {
            if (account.Want[level] == 0)
            {
                Leave(account, level);
            }
            else
            {
                account.Slots[level] ??= _levels[level].AddLast(account);
            }
        }
    }

    /// <summary>It wants nothing more at one urgency.</summary>
    public void Leave(HostAccount account, int level)
    {
        if (account.Slots[level] is { } node)
        {
            _levels[level].Remove(node);
            account.Slots[level] = null;
            account.Overtaken[level] = 0;
        }
    }

    /// <summary>It wants nothing more.</summary>
    public void Leave(HostAccount account)
    {
        for (int level = 0; level < ByUrgency.Levels; level++)
        {
            Leave(account, level);
        }
    }
}
