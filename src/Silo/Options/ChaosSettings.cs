namespace Headroom.Silo.Options;

/// <summary>Section <c>Headroom:Chaos</c>: faults on purpose.</summary>
internal sealed class ChaosSettings
{
    /// <summary>Whether the routes that make memory scarce on purpose are there. Off unless set.</summary>
    public bool Enabled { get; set; }
}
