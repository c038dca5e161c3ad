using Headroom.Contracts;

namespace Headroom.Simulation.Tests.Clients;

/// <summary>A request for a lease on the careful path, through sessions and tries, as the SDK asks it.</summary>
internal sealed class SimRequest(SubsystemCredit credit, long bytes, Urgency urgency, string reason)
{
    internal SubsystemCredit Credit => credit;

    internal long Bytes => bytes;

    internal Urgency Urgency => urgency;

    internal string Reason => reason;

    /// <summary>On how many hosts a loan would be kept; 0 for no loan.</summary>
    internal int Replicas { get; init; }

    internal bool Reserves { get; init; }

    internal required Action Go { get; set; }

    /// <summary>When its caller gives up; null for never.</summary>
    internal TimeSpan? Until { get; init; }

    /// <summary>What the authority was asked and has not finally answered.</summary>
    internal LeaseAsk? Ask { get; set; }

    /// <summary>The number of the try that is under way: an answer to an earlier one comes too late.</summary>
    internal int Tries { get; set; }

    internal bool WaitsForSession { get; set; }

    internal bool IsOver { get; set; }

    /// <summary>When it was first asked, in true time.</summary>
    internal TimeSpan Since { get; init; }

    internal TimeSpan Pause { get; set; }

    /// <summary>The last answer.</summary>
    internal LeaseAnswer? Answer { get; set; }
}
