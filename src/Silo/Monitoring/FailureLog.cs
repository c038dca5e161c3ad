namespace Headroom.Silo.Monitoring;

/// <summary>
/// Remembers what is failing, so that a failure is told once when it starts and once when it ends, not each time.
/// </summary>
internal sealed class FailureLog
{
    private readonly HashSet<string> _failing = new(StringComparer.Ordinal);

    /// <summary>Notes that something failed; true when it did not fail before.</summary>
    public bool Starts(string what) => _failing.Add(what);

    /// <summary>Notes that something worked; true when it failed before.</summary>
    public bool Ends(string what) => _failing.Remove(what);

    /// <summary>Forgets, without telling, whatever is not among these: it is not tried any more.</summary>
    public void KeepOnly(IReadOnlySet<string> tried) => _failing.RemoveWhere(what => !tried.Contains(what));
}
