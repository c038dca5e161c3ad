namespace Headroom.Simulation.Tests.World;

/// <summary>What may go wrong.</summary>
internal enum FaultKind
{
    /// <summary>A silo is killed, and starts again later.</summary>
    SiloCrash,

    /// <summary>A silo stands still; the others find it dead; it goes on.</summary>
    SiloFreeze,

    /// <summary>A silo drains, stops and starts again.</summary>
    SiloStop,

    /// <summary>A machine loses its processes, its silo's and its clients'.</summary>
    MachineCrash,

    /// <summary>A machine is cut off from the others, in one way or both, with the store or without.</summary>
    MachineCut,

    /// <summary>A silo is cut off from the store.</summary>
    StoreCut,

    /// <summary>The store is slow.</summary>
    StoreSlow,

    /// <summary>The store refuses.</summary>
    StoreFails,

    /// <summary>The store does what it is asked and answers with an error.</summary>
    StoreMisreports,

    /// <summary>A client is killed; another one takes its place.</summary>
    ClientCrash,

    /// <summary>A client stands still, for longer or shorter than its session lives.</summary>
    ClientFreeze,

    /// <summary>A client is cut off from all silos.</summary>
    ClientCut,

    /// <summary>
    /// A client stands still for a part of what its session lives, and is not heard for long after: it may have an
    /// answer that it has not read.
    /// </summary>
    ClientStall,

    /// <summary>A client's clock jumps ahead.</summary>
    ClientJump,

    /// <summary>Messages get lost and come twice and late, all of a sudden.</summary>
    Storm,

    /// <summary>A second activation of a budget, on a silo that does not know of the first.</summary>
    Duplicate,

    /// <summary>The machine's memory is pressed.</summary>
    Pressure,

    /// <summary>Somebody outside of Headroom uses memory of a machine.</summary>
    ForeignUse,

    /// <summary>What a lender pledged is not really there.</summary>
    NoMemory,

    /// <summary>The machine cannot be read.</summary>
    Unreadable,

    /// <summary>An operator changes a container's limit, guarantee or quota.</summary>
    Settings,
}
