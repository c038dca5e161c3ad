namespace Headroom.Silo.Http.Budgets;

/// <summary>Which hosts this silo can answer for.</summary>
internal interface IClusterView
{
    /// <summary>Their names, sorted; never empty.</summary>
    IReadOnlyList<string> Hosts { get; }
}
