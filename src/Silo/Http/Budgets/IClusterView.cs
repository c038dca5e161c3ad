namespace Headroom.Silo.Http.Budgets;

/// <summary>Which hosts this silo can answer for.</summary>
internal interface IClusterView
{
    /// <summary>Their names, sorted; never empty.</summary>
    IReadOnlyList<string> Hosts { get; }

    /// <summary>Whether a host's own silo is up, as this silo knows it now.</summary>
    bool IsUp(string host);
}
