namespace Headroom.Chaos.Tests.Rounds;

/// <summary>Which parts are being struck: two faults at one part would mend each other.</summary>
internal sealed class Claims
{
    private readonly HashSet<string> _taken = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();

    /// <summary>Takes a part; false when it is taken.</summary>
    public bool TryTake(string part)
    {
        lock (_gate)
        {
            return _taken.Add(part);
        }
    }

    /// <summary>Lets it go.</summary>
    public void Release(string part)
    {
        lock (_gate)
        {
            _taken.Remove(part);
        }
    }
}
