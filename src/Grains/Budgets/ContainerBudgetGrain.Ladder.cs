using Headroom.Contracts;

namespace Headroom.Grains.Budgets;

/// <content>What a must-succeed request climbs beyond its container.</content>
internal sealed partial class ContainerBudgetGrain
{
    /// <inheritdoc/>
    public ValueTask<LeaseAnswer> BorrowedAsync(
        LeaseAttempt attempt, Loan loan, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <inheritdoc/>
    public ValueTask<LeaseAnswer> ExplainAsync(LeaseAttempt attempt, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    /// <inheritdoc/>
    public ValueTask<MustSucceedView> GetMustSucceedAsync(CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    /// <inheritdoc/>
    public ValueTask<SubsystemView?> GetSubsystemAsync(string subsystem, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    /// <inheritdoc/>
    public ValueTask LiftAsync(string subsystem, CancellationToken cancellationToken) =>
        throw new NotSupportedException();
}
