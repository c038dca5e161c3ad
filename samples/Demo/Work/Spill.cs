using Headroom.Samples.Demo.Board;
using Headroom.Samples.Demo.Runs;

namespace Headroom.Samples.Demo.Work;

/// <summary>
/// A part of the store that must keep what it took until it is done, and does not mind where: on the top of each wave
/// it asks for must-succeed memory bit by bit, and holds it for a while. What was met by a loan is on another host:
/// that is written, read back and compared. Without Headroom all of it is at home; a careful program does one at a
/// time.
/// </summary>
/// <param name="subsystem">Who is asked; null for nobody.</param>
/// <param name="plan">What the process was told.</param>
/// <param name="board">Where it counts.</param>
/// <param name="timeProvider">The clock.</param>
internal sealed class Spill(ISubsystem? subsystem, ChildPlan plan, Scoreboard board, TimeProvider timeProvider)
    : IDisposable
{
    // Each is touched before the next is asked for: memory that is leased and not touched hides what grows beside it.
    private const int PieceBytes = 8 << 20;
    private const int PartBytes = 1 << 20;
    private static readonly TimeSpan Held = TimeSpan.FromSeconds(1);

    // Of a wave: from here on the neighbour wants all of it.
    private const double Top = 2.0 / 3;
    private readonly SemaphoreSlim _one = new(1);

    /// <summary>Goes on until cancelled; several at once need more than their host has.</summary>
    internal async Task RunAsync(int number, DateTimeOffset started, CancellationToken over)
    {
        Random chance = new(unchecked((plan.Seed * 1_000_003) + number));
        try
        {
            while (!over.IsCancellationRequested)
            {
                await UntilTopAsync(started, over);
                if (plan.Mode == Mode.Plain)
                {
                    await OneAtATimeAsync(chance, over);
                }
                else
                {
                    await SpillAsync(chance, over);
                }
            }
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested)
        {
            // The end of the run; the leases are given back.
            return;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _one.Dispose();

    private Task UntilTopAsync(DateTimeOffset started, CancellationToken over)
    {
        double waves = (timeProvider.GetUtcNow() - started) / Waves.Length;
        double next = Math.Ceiling(Math.Max(0, waves - Top)) + Top;
        return Task.Delay((next - waves) * Waves.Length, timeProvider, over);
    }

    private async Task OneAtATimeAsync(Random chance, CancellationToken over)
    {
        await _one.WaitAsync(over);
        try
        {
            await SpillAsync(chance, over);
        }
        finally
        {
            _one.Release();
        }
    }

    private async Task SpillAsync(Random chance, CancellationToken over)
    {
        Stack<IDisposable> held = new();
        try
        {
            for (long at = 0; at < plan.SpillBytes; at += PieceBytes)
            {
                await TakeAsync(held, chance, over);
            }

            await Task.Delay(Held, timeProvider, over);
        }
        finally
        {
            while (held.TryPop(out IDisposable? piece))
            {
                piece.Dispose();
            }
        }
    }

    // What is pushed is disposed in the opposite order: the memory first, then its lease.
    private async Task TakeAsync(Stack<IDisposable> held, Random chance, CancellationToken over)
    {
        RemoteMemory? remote = null;
        if (subsystem is not null)
        {
            MemoryLease lease = await subsystem.AcquireMustSucceedAsync(PieceBytes, "spill", over);
            held.Push(lease);
            remote = lease.RemoteMemory;
        }

        held.Push(new Counted(board, remote is null ? Slot.HeldMustSucceed : Slot.Lent));
        if (remote is null)
        {
            held.Push(new TouchedMemory(PieceBytes));
        }
        else
        {
            await FillAsync(remote, chance, over);
        }
    }

    private async Task FillAsync(RemoteMemory remote, Random chance, CancellationToken over)
    {
        byte[] written = new byte[PartBytes];
        byte[] read = new byte[PartBytes];
        for (long at = 0; at + PartBytes <= remote.Length; at += PartBytes)
        {
            chance.NextBytes(written);
            await remote.WriteAsync(at, written, over);
            await remote.ReadAsync(at, read, over);
            if (!read.AsSpan().SequenceEqual(written))
            {
                board.Add(Slot.Damaged, 1);
            }

            board.Add(Slot.LentChecked, PartBytes);
        }
    }

    private sealed class Counted : IDisposable
    {
        private readonly Scoreboard _board;
        private readonly Slot _slot;

        internal Counted(Scoreboard board, Slot slot)
        {
            (_board, _slot) = (board, slot);
            board.Add(slot, PieceBytes);
        }

        public void Dispose() => _board.Add(_slot, -PieceBytes);
    }
}
