using System.Diagnostics;

namespace Headroom;

/// <summary>A caller's request while it is asked for, through sessions and tries.</summary>
internal sealed class PendingRequest(SubsystemCredit credit, long bytes, Urgency urgency, string reason)
{
    internal SubsystemCredit Credit { get; } = credit;

    internal long Bytes { get; } = bytes;

    internal Urgency Urgency { get; } = urgency;

    internal string Reason { get; } = reason;

    /// <summary>On how many hosts a loan would be kept; 0 for no loan.</summary>
    internal int Replicas { get; init; }

    /// <summary>Whether it reserves for later draws.</summary>
    internal bool Reserves { get; init; }

    /// <summary>What there is when must-succeed cannot be met.</summary>
    internal Fallbacks? Fallbacks { get; init; }

    /// <summary>What the authority was asked and has not finally answered; null when nothing is open.</summary>
    internal LeaseAsk? Ask { get; set; }

    internal int Tries { get; set; }

    /// <summary>Its span; null when nobody listens.</summary>
    internal Activity? Activity { get; set; }

    /// <summary>What granted it; None before.</summary>
    internal Rung GrantedBy { get; set; }

    /// <summary>Why the last try had no answer; null when it had one.</summary>
    internal Exception? LastFailure { get; set; }

    /// <summary>The last answer.</summary>
    internal LeaseDecision? LastDecision { get; set; }
}
