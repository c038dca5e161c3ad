namespace Headroom;

/// <summary>Puts refusals into words for the caller.</summary>
internal static class Refusals
{
    internal static MemoryRefusedException ByDecision(string authority, PendingRequest request, LeaseDecision decision)
    {
        string by = decision.RefusedBy ?? authority;
        string message = MemoryRefusedException.Describe(
            request.Credit.Name, request.Bytes, request.Urgency, by, decision.AvailableBytes, decision.Detail);
        return new MemoryRefusedException(message)
        {
            Reason = decision.Outcome switch
            {
                Outcome.UrgencyNotAllowed => RefusalReason.UrgencyNotAllowed,
                Outcome.QuotaExceeded => RefusalReason.QuotaExceeded,
                Outcome.LastResort when decision.State == SubsystemState.ReadOnly => RefusalReason.ReadOnly,
                Outcome.LastResort when decision.State == SubsystemState.FailStop => RefusalReason.FailStop,
                _ => RefusalReason.NotEnoughMemory,
            },
            RefusedBy = by,
            RequestedBytes = request.Bytes,
            AvailableBytes = decision.AvailableBytes,
            Urgency = request.Urgency,
            RetryAfter = decision.RetryAfter,
            Rungs = [.. decision.Rungs.Select(rung => new RungAttempt(rung.Rung, rung.AvailableBytes))],
        };
    }

    /// <summary>What no budget can ever grant is the caller's mistake.</summary>
    internal static ArgumentOutOfRangeException Impossible(long bytes, string why)
        => new(nameof(bytes), bytes, why);

    /// <summary>The caller named no size, so it is no mistake of the caller's.</summary>
    internal static MemoryRefusedException Impossible(string subsystem, long bytes, Urgency urgency, Exception why)
        => new($"Subsystem {subsystem} was estimated to need {bytes} bytes at urgency {urgency}: {why.Message}", why)
        {
            Reason = RefusalReason.NotEnoughMemory,
            RequestedBytes = bytes,
            Urgency = urgency,
        };

    internal static MemoryRefusedException Unavailable(string authority, PendingRequest request, TimeSpan retryAfter)
    {
        string why = request.LastDecision?.Detail is { } detail && request.LastFailure is null
            ? $"could not grant: {detail}"
            : "could not be reached in the time that this urgency may wait";
        return new MemoryRefusedException(
            $"Subsystem {request.Credit.Name} asked for {request.Bytes} bytes at urgency {request.Urgency}, "
            + $"but the authority of {authority} {why}.",
            request.LastFailure)
        {
            Reason = RefusalReason.AuthorityUnavailable,
            RefusedBy = $"the authority of {authority}",
            RequestedBytes = request.Bytes,
            Urgency = request.Urgency,
            RetryAfter = retryAfter,
        };
    }
}
