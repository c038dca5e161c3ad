using Headroom.Contracts;
using Headroom.Remote;

namespace Headroom;

/// <summary>A lease whose bytes are on other hosts: its memory is open and its loan renewed until it ends.</summary>
internal sealed class LoanOrigin(Loan loan, RemoteMemory memory, LoanKeeper keeper) : ILeaseOrigin
{
    internal RemoteMemory Memory => memory;

    /// <summary>Opens the memory of a loan and has it renewed; on a failure the loan is given back.</summary>
    internal static async ValueTask<LoanOrigin> OpenAsync(
        Loan loan, LoanKeeper keeper, TimeSpan askedAt, TimeProvider time, CancellationToken cancellationToken)
    {
        RemoteMemory memory;
        try
        {
            memory = await RemoteMemory.OpenAsync(loan, RemoteTimes.Default, time, cancellationToken);
        }
        catch
        {
            // The keeper gives back only what it keeps.
            keeper.Keep(loan, askedAt, static (_, _) => { });
            keeper.Release(loan);
            throw;
        }

        keeper.Keep(loan, askedAt, memory.Lose);
        return new LoanOrigin(loan, memory, keeper);
    }

    public void Ended(long bytes)
    {
        keeper.Release(loan);

        // Ending a lease must not wait for connections.
        _ = memory.DisposeAsync().AsTask();
    }
}
