namespace Headroom.Grains.Placement;

/// <summary>The hosts of the cluster and whether their silos are up, as this silo knows it now.</summary>
internal interface IHostDirectory
{
    /// <summary>The host that this silo serves.</summary>
    string Local { get; }

    /// <summary>
    /// Every host that this silo has heard of, up or not, sorted; the local one is always among them.
    /// </summary>
    IReadOnlyList<string> Hosts { get; }

    /// <summary>Whether a host's own silo is an active member of the cluster now.</summary>
    bool IsUp(string host);

    /// <summary>Whether a grain of a host should not be here, because the host's own silo is up.</summary>
    bool IsAway(string host) => host != Local && IsUp(host);
}
