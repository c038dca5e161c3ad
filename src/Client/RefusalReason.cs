namespace Headroom;

/// <summary>Why a request for memory was refused.</summary>
public enum RefusalReason
{
    /// <summary>There was not enough memory for a request of this urgency in the time that it may wait.</summary>
    NotEnoughMemory = 0,

    /// <summary>The policy of the subsystem does not allow this urgency. Trying again does not help.</summary>
    UrgencyNotAllowed = 1,

    /// <summary>The container's quota of must-succeed bytes is used up.</summary>
    QuotaExceeded = 2,

    /// <summary>
    /// The authority could not be reached, or could not grant, in the time that the request may wait.
    /// </summary>
    AuthorityUnavailable = 3,

    /// <summary>
    /// Must-succeed could not be met within the policy's patience, and the subsystem declared <c>ReadOnly</c> for this
    /// case: go on without writing. <see cref="ISubsystem.State"/> says when that is over.
    /// </summary>
    ReadOnly = 4,

    /// <summary>
    /// Must-succeed could not be met within the policy's patience, and the subsystem declared <c>FailStop</c> for this
    /// case: stop, before something is lost.
    /// </summary>
    FailStop = 5,
}
