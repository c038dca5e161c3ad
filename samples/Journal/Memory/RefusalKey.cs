namespace Headroom.Samples.Journal.Memory;

/// <summary>What tells one kind of refusal from another.</summary>
/// <param name="Part">The part of the store that asked.</param>
/// <param name="Urgency">The urgency it asked at.</param>
/// <param name="Reason">Why it was refused.</param>
/// <param name="RefusedBy">The budget that refused.</param>
/// <param name="Rung">The last step of the ladder that was tried.</param>
internal readonly record struct RefusalKey(string Part, Urgency Urgency, string Reason, string RefusedBy, Rung Rung)
{
    /// <summary>The kind of a refusal that came as an exception.</summary>
    internal static RefusalKey Of(string part, Urgency urgency, MemoryRefusedException refusal)
        => new(
            part,
            urgency,
            refusal.Reason.ToString(),
            refusal.RefusedBy,
            refusal.Rungs.Count == 0 ? Rung.None : refusal.Rungs[^1].Rung);

    /// <summary>The kind of a refusal by credit, which gives no details.</summary>
    internal static RefusalKey OfCredit(string part, Urgency urgency)
        => new(part, urgency, "NoCredit", "this process", Rung.Credit);
}
