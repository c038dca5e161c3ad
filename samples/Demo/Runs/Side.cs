using Headroom.Samples.Demo.Board;
using Headroom.Samples.Demo.Commands;
using Headroom.Samples.Demo.Limits;

namespace Headroom.Samples.Demo.Runs;

/// <summary>
/// One of two that do the same work in turns: its store, and its silo where it has one. Both stand still while the
/// other works. Ended when disposed.
/// </summary>
internal sealed class Side : IAsyncDisposable
{
    /// <summary>
    /// How long it works before its turn is counted: what came due while it stood still, timers of a second and less
    /// above all, is caught up then. Nothing of that would be there if it had not stood still.
    /// </summary>
    internal static readonly TimeSpan Settling = TimeSpan.FromSeconds(1);

    private readonly IMemoryLimit _limit;
    private readonly Authority? _authority;
    private readonly ChildProgram _store;
    private readonly Scoreboard _board;

    private Side(IMemoryLimit limit, Authority? authority, ChildPlan child)
    {
        (_limit, _authority) = (limit, authority);
        _board = Scoreboard.Open(child.StoreBoard);
        _store = ChildProgram.Start(
            limit.Work,
            typeof(Side).Assembly.Location,
            limit.Kind == LimitKind.Heap ? ChildCommands.Both : ChildCommands.Store,
            child.ToText());
    }

    /// <summary>Starts one, and waits until it is ready to work.</summary>
    internal static async Task<Side> StartAsync(
        DemoPlan plan, Mode mode, string folder, CancellationToken cancellationToken)
    {
        IMemoryLimit limit = MemoryLimits.Make(plan.Limit, plan.LimitBytes, plan.NodeBytes);
        Authority? authority = null;
        Side? side = null;
        try
        {
            authority = mode == Mode.Headroom
                ? await Authority.StartAsync(plan, limit, cancellationToken)
                : null;
            side = new Side(limit, authority, ChildPlan.Of(plan, mode, folder, limit, authority));
            await StartSignal.GiveAsync([side._board], side._store.Exited, TimeProvider.System, cancellationToken);
            return side;
        }
        catch
        {
            await (side?.DisposeAsync() ?? EndAsync(authority, limit));
            throw;
        }
    }

    /// <summary>Works until it has settled, then for a time that counts, and stands still again.</summary>
    /// <exception cref="InvalidOperationException">Its store has ended.</exception>
    internal async Task<Turn> WorkAsync(TimeSpan time, CancellationToken cancellationToken)
    {
        if (_store.HasExited)
        {
            throw new InvalidOperationException($"The store ended with {_store.ExitCode}: {_store.Errors}");
        }

        Thaw();
        await Task.Delay(Settling, cancellationToken);
        Turn before = Look();
        await Task.Delay(time, cancellationToken);
        Turn after = Look();
        Freeze();
        return after - before;
    }

    /// <summary>Lets it stand still.</summary>
    internal void Freeze()
    {
        _store.Freeze();
        _authority?.Home.Freeze();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Thaw();
        await _store.DisposeAsync();
        _board.Dispose();
        await EndAsync(_authority, _limit);
    }

    // The limit last: what ran under it must have ended.
    private static async ValueTask EndAsync(Authority? authority, IMemoryLimit limit)
    {
        if (authority is not null)
        {
            await authority.DisposeAsync();
        }

        limit.Dispose();
    }

    private void Thaw()
    {
        _authority?.Home.Thaw();
        _store.Thaw();
    }

    private Turn Look() => new(
        _board[Slot.Commits],
        _board[Slot.Reads],
        _store.ProcessorTime.TotalSeconds,
        _authority?.Home.ProcessorTime.TotalSeconds ?? 0);
}
