using System.Collections;

namespace Headroom;

/// <summary>
/// A session's accounts in the order of their names. Messages have their rows in that order, too: so the next row is
/// mostly that of the next account, which costs one comparison to find.
/// </summary>
internal sealed class AccountList : IEnumerable<Session.Account>
{
    private readonly List<Session.Account> _sorted = [];

    public int Count => _sorted.Count;

    public Session.Account this[int at] => _sorted[at];

    /// <summary>The account of a subsystem; null when there is none.</summary>
    public Session.Account? Find(string subsystem)
    {
        int at = Place(subsystem);
        return at >= 0 ? _sorted[at] : null;
    }

    /// <summary>The account of a subsystem, looked for first at the expected place; null when there is none.</summary>
    /// <param name="subsystem">The subsystem's name.</param>
    /// <param name="at">The expected place; afterwards the one behind what was found.</param>
    public Session.Account? Find(string subsystem, ref int at)
    {
        if (at >= _sorted.Count || !string.Equals(_sorted[at].Book.Name, subsystem, StringComparison.Ordinal))
        {
            int place = Place(subsystem);
            if (place < 0)
            {
                return null;
            }

            at = place;
        }

        return _sorted[at++];
    }

    public void Add(Session.Account account) => _sorted.Insert(~Place(account.Book.Name), account);

    public void Remove(Session.Account account) => _sorted.RemoveAt(Place(account.Book.Name));

    public IEnumerator<Session.Account> GetEnumerator() => _sorted.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    // As Array.BinarySearch answers: negative when there is none, and then the complement of where it would be.
    private int Place(string subsystem)
    {
        int low = 0;
        int high = _sorted.Count - 1;
        while (low <= high)
        {
            int middle = (low + high) / 2;
            int order = string.CompareOrdinal(_sorted[middle].Book.Name, subsystem);
            if (order == 0)
            {
                return middle;
            }

            (low, high) = order < 0 ? (middle + 1, high) : (low, middle - 1);
        }

        return ~low;
    }
}
