namespace Headroom;

/// <summary>
/// How a command ended, in order of precedence: of several that apply, the first is returned. Values are on the wire.
/// Only <see cref="Granted"/> and <see cref="Waiting"/> change the books.
/// </summary>
public enum Outcome : byte
{
    /// <summary>Granted, opened, renewed or changed, as asked.</summary>
    Granted = 0,

    /// <summary>
    /// The message is of another epoch, or of a session this authority does not know: register again.
    /// </summary>
    RegisterAgain = 1,

    /// <summary>A newer activation is the authority now; this one must stop.</summary>
    Fenced = 2,

    /// <summary>
    /// A report of holdings that arrived too late to be believed: give up what is held and start anew.
    /// </summary>
    StartAnew = 3,

    /// <summary>The lease is gone: released, or lapsed.</summary>
    Gone = 4,

    /// <summary>The same request id came with other content.</summary>
    Conflict = 5,

    /// <summary>The amount, urgency or lifetime is outside what can ever be granted: a caller's bug.</summary>
    Invalid = 6,

    /// <summary>The subsystem's policy does not allow this urgency.</summary>
    UrgencyNotAllowed = 7,

    /// <summary>The container's must-succeed quota is used up.</summary>
    QuotaExceeded = 8,

    /// <summary>
    /// The authority cannot grant at this moment: it drains, or could not confirm that it still is the authority.
    /// </summary>
    Unavailable = 9,

    /// <summary>Not now: the request waits in the queue and keeps its place.</summary>
    Waiting = 10,

    /// <summary>Refused for want of memory.</summary>
    Refused = 11,

    /// <summary>
    /// Must-succeed could not be met within its policy's patience: the subsystem does what it declared.
    /// </summary>
    LastResort = 12,
}
