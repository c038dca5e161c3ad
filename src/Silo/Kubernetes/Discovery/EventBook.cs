using System.Security.Cryptography;
using System.Text;

namespace Headroom.Silo.Kubernetes.Discovery;

/// <summary>
/// Keeps Events few: a note is an Event once, counted up at ever longer intervals while it stands. Not for use by two
/// threads at once.
/// </summary>
internal sealed class EventBook
{
    /// <summary>Events that are written in a pass at most: what is left over comes with the next.</summary>
    public const int WritesMax = 10;

    // The API server forgets Events after an hour unless told otherwise.
    private static readonly TimeSpan CountAfter = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan CountAfterMax = TimeSpan.FromMinutes(50);

    private readonly SortedDictionary<string, Entry> _entries = new(StringComparer.Ordinal);

    /// <summary>Notes that stand.</summary>
    public int Count => _entries.Count;

    /// <summary>Takes all notes that stand now; those that do not stand any more are forgotten.</summary>
    /// <returns>What is to be written now.</returns>
    public IReadOnlyList<EventWrite> Take(IEnumerable<PodNote> notes, DateTimeOffset now)
    {
        var standing = new Dictionary<string, PodNote>(StringComparer.Ordinal);
        foreach (PodNote note in notes)
        {
            standing[NameOf(note)] = note;
        }

        foreach (string name in _entries.Keys.Where(name => !standing.ContainsKey(name)).ToArray())
        {
            _entries.Remove(name);
        }

        List<EventWrite> writes = [];
        foreach ((string name, PodNote note) in standing.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            if (!_entries.TryGetValue(name, out Entry? entry))
            {
                entry = new Entry();
                _entries.Add(name, entry);
            }

            entry.Seen++;
            if (now >= entry.Due && writes.Count < WritesMax)
            {
                writes.Add(new EventWrite(note, name, entry.IsWritten ? entry.Seen : 1, now));
            }
        }

        return writes;
    }

    /// <summary>An Event was written.</summary>
    public void Written(EventWrite write)
    {
        if (_entries.TryGetValue(write.Name, out Entry? entry))
        {
            entry.IsWritten = true;
            entry.Due = write.At + entry.Interval;
            entry.Interval = entry.Interval * 2 < CountAfterMax ? entry.Interval * 2 : CountAfterMax;
        }
    }

    /// <summary>An Event could not be written.</summary>
    /// <param name="write">The Event.</param>
    /// <param name="pause">When it may be tried again.</param>
    public void Failed(EventWrite write, TimeSpan pause)
    {
        if (_entries.TryGetValue(write.Name, out Entry? entry))
        {
            entry.Due = write.At + pause;
        }
    }

    // A pod's name is 253 characters at most, and so is an Event's.
    private static string NameOf(PodNote note)
    {
        const int hashLength = 16;
        byte[] hash = SHA256.HashData(
            Encoding.UTF8.GetBytes($"{note.Pod.Uid}\n{note.Problem.Reason}\n{note.Problem.Message}"));
        string name = note.Pod.Name;
        int most = ResourceName.MaxLength - hashLength - 1;
        string stem = (name.Length > most ? name[..most] : name).TrimEnd('.', '-');
        return $"{stem}.{Convert.ToHexStringLower(hash)[..hashLength]}";
    }

    private sealed class Entry
    {
        public bool IsWritten { get; set; }

        public int Seen { get; set; }

        public DateTimeOffset Due { get; set; } = DateTimeOffset.MinValue;

        public TimeSpan Interval { get; set; } = CountAfter;
    }
}
