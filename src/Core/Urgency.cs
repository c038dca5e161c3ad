namespace Headroom;

/// <summary>
/// How badly a caller needs memory: what a refusal would do to it. The order is the order of need, and memory is taken
/// back in the opposite order.
/// </summary>
public enum Urgency : byte
{
    /// <summary>Nice to have: a refusal skips an optimisation, such as read-ahead or a cache fill.</summary>
    Optional = 0,

    /// <summary>A refusal reaches the user at a safe place, such as opening a file or starting a transaction.</summary>
    SafeToFail = 1,

    /// <summary>
    /// A refusal reaches the user where few programs check it, such as closing a file that stores at close.
    /// </summary>
    RiskyToFail = 2,

    /// <summary>A refusal takes down a subsystem or the machine, such as in the middle of a journal commit.</summary>
    MustSucceed = 3,
}
