namespace Headroom.Simulation.Tests.Clients;

/// <summary>A request for a lease, through sessions and tries, as the SDK asks it.</summary>
internal sealed class SimRequest(SubsystemCredit credit, long bytes, Urgency urgency, string reason)
{
    internal SubsystemCredit Credit => credit;

    internal long Bytes => bytes;

    internal Urgency Urgency => urgency;

    internal string Reason => reason;

    /// <summary>On how many hosts a loan would be kept; 0 for no loan.</summary>
    internal int Replicas { get; init; }

    internal bool Reserves { get; init; }

    /// <summary>What the authority was asked and has not finally answered.</summary>
    internal LeaseAsk? Ask { get; set; }

    /// <summary>Tries the careful way.</summary>
    internal int Tries { get; set; }

    /// <summary>The call that is listened to: an answer to an earlier one comes too late.</summary>
    internal int Turn { get; set; }

    /// <summary>Whether its subsystem gives up credit for it.</summary>
    internal bool Waits { get; set; }

    internal bool WaitsForSession { get; set; }

    internal bool IsOver { get; set; }

    /// <summary>When it was first asked, in true time.</summary>
    internal TimeSpan Since { get; init; }

    internal TimeSpan Pause { get; set; }

    /// <summary>The last answer.</summary>
    internal LeaseDecision? Answer { get; set; }
}
