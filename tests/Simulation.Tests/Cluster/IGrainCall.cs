namespace Headroom.Simulation.Tests.Cluster;

/// <summary>A call on its way to an activation.</summary>
internal interface IGrainCall
{
    /// <summary>Runs in a turn of the activation's process.</summary>
    void Run(Activation target);

    /// <summary>The activation ended before it ran.</summary>
    void Forward(Activation gone);

    /// <summary>The activation could not begin.</summary>
    void Fail(Activation target, Exception why);
}
