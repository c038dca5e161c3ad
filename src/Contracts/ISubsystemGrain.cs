namespace Headroom.Contracts;

/// <summary>
/// A named consumer in a container: checks its policy and runs the resilience pipeline of each request's urgency.
/// Key: <c>host/container/subsystem</c>.
/// </summary>
[Alias("headroom.ISubsystemGrain")]
public interface ISubsystemGrain : IGrainWithStringKey
{
    /// <summary>
    /// Asks for a lease, the careful way. The same request id again gets the first answer, or goes on waiting in its
    /// place;
    /// it is never charged twice.
    /// </summary>
    [Alias("Acquire")]
    ValueTask<LeaseAnswer> AcquireAsync(LeaseRequest request, CancellationToken cancellationToken);

    /// <summary>
    /// The policy in force and what the subsystem holds now; null when nobody declared or used the subsystem.
    /// </summary>
    [Alias("Get")]
    ValueTask<SubsystemView?> GetAsync(CancellationToken cancellationToken);

    /// <summary>Declares the subsystem or changes its policy. On a refusal nothing has changed.</summary>
    [Alias("Configure")]
    ValueTask<ConfigureAnswer> ConfigureAsync(SubsystemPolicy policy, CancellationToken cancellationToken);

    /// <summary>What would happen to a request now, on each rung, without doing it.</summary>
    [Alias("Explain")]
    ValueTask<LeaseAnswer> ExplainAsync(long bytes, byte urgency, CancellationToken cancellationToken);

    /// <summary>Lifts the last resort by hand. Idempotent.</summary>
    [Alias("Lift")]
    ValueTask LiftAsync(CancellationToken cancellationToken);
}
