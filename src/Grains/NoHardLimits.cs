namespace Headroom.Grains;

/// <summary>Where nobody can change a hard limit.</summary>
internal sealed class NoHardLimits : IHardLimits
{
    /// <inheritdoc/>
    public void Want(string host, string container, long limitBytes)
    {
        // A request that waits for it goes on when its time is up.
    }
}
