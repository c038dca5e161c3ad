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
    private readonly IMemoryLimit _limit;
    private readonly Authority? _authority;
    private readonly ChildProgram _store;
    private readonly Scoreboard _board;

    private Side(IMemoryLimit limit, Authority? authority, ChildProgram store, Scoreboard board)
        => (_limit, _authority, _store, _board) = (limit, authority, store, board);

    /// <summary>Starts one, and waits until it is ready to work.</summary>
    internal static async Task<Side> StartAsync(
        DemoPlan plan, Mode mode, string folder, CancellationToken cancellationToken)
    {
        IMemoryLimit limit = MemoryLimits.Make(plan.Limit, plan.LimitBytes, plan.NodeBytes);
        Authority? authority = mode == Mode.Headroom
            ? await Authority.StartAsync(plan, limit, cancellationToken)
            : null;
        ChildPlan child = ChildPlan.Of(plan, mode, folder, limit, authority);
        Scoreboard board = Scoreboard.Open(child.StoreBoard);
        ChildProgram store = ChildProgram.Start(
            limit.Work,
            typeof(Side).Assembly.Location,
            limit.Kind == LimitKind.Heap ? ChildCommands.Both : ChildCommands.Store,
            child.ToText());
        Side side = new(limit, authority, store, board);
        await StartSignal.GiveAsync([board], store.Exited, TimeProvider.System, cancellationToken);
        return side;
    }

    /// <summary>Works for a time, and stands still again.</summary>
    /// <exception cref="InvalidOperationException">Its store has ended.</exception>
    internal async Task<Turn> WorkAsync(TimeSpan time, CancellationToken cancellationToken)
    {
        if (_store.HasExited)
        {
            throw new InvalidOperationException($"The store ended with {_store.ExitCode}: {_store.Errors}");
        }

        Turn before = Look();
        Thaw();
        await Task.Delay(time, cancellationToken);
        Freeze();
        return Look() - before;
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
        if (_authority is not null)
        {
            await _authority.DisposeAsync();
        }

        _board.Dispose();
        _limit.Dispose();
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
