namespace Headroom;

/// <summary>
/// This process's share of its container's memory budget: one session with the authority, shared by all subsystems.
/// Thread-safe.
/// </summary>
public interface IMemoryBudget
{
    /// <summary>
    /// Returns the handle of a named consumer of memory. The same name gives the same handle; keep it, the look-up is
    /// not for the hot path. The authority hears of a new one with the next exchange, soon, and fills its emergency
    /// credit.
    /// </summary>
    /// <param name="name">1 to 253 characters of <c>A-Z a-z 0-9 . _ : @ -</c>.</param>
    /// <returns>The handle; it lives as long as the budget.</returns>
    /// <exception cref="ArgumentException">
    /// The name is empty, too long or has other characters. Nothing has changed.
    /// </exception>
    /// <exception cref="InvalidOperationException">
    /// This process uses 1000 subsystems already. Nothing has changed.
    /// </exception>
    ISubsystem Subsystem(string name);

    /// <summary>
    /// Completes when a session with the authority is open; at once when it is. Nothing needs to wait for this:
    /// acquiring before is allowed, and then waits or is refused as while the authority is away.
    /// </summary>
    /// <param name="cancellationToken">Gives up waiting; the budget goes on connecting.</param>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    /// <exception cref="ObjectDisposedException">The budget was closed.</exception>
    Task WaitUntilReadyAsync(CancellationToken cancellationToken = default);

    /// <summary>Returns a consistent picture of this process's share, taken now. Sends nothing.</summary>
    BudgetStatus GetStatus();
}
