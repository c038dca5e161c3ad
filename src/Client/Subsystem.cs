namespace Headroom;

/// <summary>Checks what callers say, serves them from credit, and hands the others to the careful path.</summary>
internal sealed class Subsystem(BudgetSession session, SubsystemCredit credit) : ISubsystem
{
    internal const int MaxReasonLength = 256;

    private const string NoReason = "none given";

    public string Name => credit.Name;

    public bool TryAcquire(long bytes, Urgency urgency, out MemoryLease lease)
    {
        Check(bytes, urgency);
        return session.TryLease(credit, bytes, urgency, out lease);
    }

    public ValueTask<MemoryLease> AcquireAsync(
        long bytes, Urgency urgency, CancellationToken cancellationToken = default)
    {
        Check(bytes, urgency);
        return AcquireAsync(bytes, urgency, urgency == Urgency.MustSucceed ? NoReason : "", cancellationToken);
    }

    public ValueTask<MemoryLease> AcquireMustSucceedAsync(
        long bytes, string reason, CancellationToken cancellationToken = default)
    {
        Check(bytes, Urgency.MustSucceed);
        ArgumentException.ThrowIfNullOrWhiteSpace(reason);
        return reason.Length <= MaxReasonLength
            ? AcquireAsync(bytes, Urgency.MustSucceed, reason, cancellationToken)
            : throw new ArgumentException($"A reason has at most {MaxReasonLength} characters.", nameof(reason));
    }

    private static void Check(long bytes, Urgency urgency)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bytes);
        if (urgency > Urgency.MustSucceed)
        {
            throw new ArgumentOutOfRangeException(nameof(urgency), urgency, "Unknown urgency; 0 to 3 are known.");
        }
    }

    private ValueTask<MemoryLease> AcquireAsync(
        long bytes, Urgency urgency, string reason, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<MemoryLease>(cancellationToken);
        }

        return session.TryLease(credit, bytes, urgency, out MemoryLease lease)
            ? ValueTask.FromResult(lease)
            : session.Requests.AskAsync(credit, bytes, urgency, reason, cancellationToken);
    }
}
