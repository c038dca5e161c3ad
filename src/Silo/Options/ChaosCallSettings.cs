using System.ComponentModel.DataAnnotations;

namespace Headroom.Silo.Options;

/// <summary>
/// Section <c>Headroom:Chaos:Calls</c>: what happens on purpose to calls of the grains of this silo that change
/// something. Rates are shares of those calls, 0 (never) to 1.
/// </summary>
internal sealed class ChaosCallSettings
{
    /// <summary>Calls that fail and are not made. 0 to 1.</summary>
    [Range(0.0, 1.0)]
    public double FaultRate { get; set; }

    /// <summary>Calls that are made late, by <see cref="LatencyMilliseconds"/>. 0 to 1.</summary>
    [Range(0.0, 1.0)]
    public double LatencyRate { get; set; }

    /// <summary>How late. Milliseconds, 1 to 60000.</summary>
    [Range(1, 60_000)]
    public int LatencyMilliseconds { get; set; } = 200;

    /// <summary>Calls that are not made and are answered "not now", or fail where there is no such answer. 0 to 1.
    /// </summary>
    [Range(0.0, 1.0)]
    public double OutcomeRate { get; set; }

    /// <summary>Calls that are made and whose answer is lost. 0 to 1.</summary>
    [Range(0.0, 1.0)]
    public double LostAnswerRate { get; set; }

    /// <summary>Where chance begins: the same calls in the same order meet the same faults. Any number.</summary>
    [Range(int.MinValue, int.MaxValue)]
    public int Seed { get; set; }

    /// <summary>Whether anything is to happen at all.</summary>
    public bool IsAny() => FaultRate > 0 || LatencyRate > 0 || OutcomeRate > 0 || LostAnswerRate > 0;
}
