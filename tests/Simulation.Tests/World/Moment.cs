namespace Headroom.Simulation.Tests.World;

/// <summary>Moments at which a fault does most harm.</summary>
internal enum Moment
{
    /// <summary>The store has done a write, and has not answered yet.</summary>
    Stored,

    /// <summary>A grain has decided, and its answer is not yet on its way.</summary>
    Answering,

    /// <summary>An activation of a budget has just begun: it learns.</summary>
    Began,
}
