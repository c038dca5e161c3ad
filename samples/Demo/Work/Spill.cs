using Headroom.Samples.Demo.Board;
using Headroom.Samples.Demo.Runs;

namespace Headroom.Samples.Demo.Work;

/// <summary>
/// A part of the store that must keep what it took until it is done, and does not mind where: in the third of each
/// wave in which memory is tightest it asks for must-succeed memory, writes to it, reads it back and compares. What
/// was met by a loan is on another host.
/// </summary>
internal sealed class Spill(ISubsystem subsystem, ChildPlan plan, Scoreboard board, TimeProvider timeProvider)
{
    private const int PartBytes = 256 << 10;
    private static readonly TimeSpan Held = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>Goes on until cancelled.</summary>
    internal async Task RunAsync(CancellationToken over)
    {
        Random chance = new(plan.Seed);
        try
        {
            while (!over.IsCancellationRequested)
            {
                await Task.Delay(Pause, timeProvider, over);
                using MemoryLease lease = await subsystem.AcquireMustSucceedAsync(plan.SpillBytes, "spill", over);
                await UseAsync(lease, chance, over);
            }
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested)
        {
            // The end of the run; the lease is given back.
            return;
        }
    }

    private async Task UseAsync(MemoryLease lease, Random chance, CancellationToken over)
    {
        if (lease.RemoteMemory is not { } remote)
        {
            using TouchedMemory memory = new(lease.Bytes);
            board.Add(Slot.HeldMustSucceed, lease.Bytes);
            try
            {
                await Task.Delay(Held, timeProvider, over);
            }
            finally
            {
                board.Add(Slot.HeldMustSucceed, -lease.Bytes);
            }

            return;
        }

        board.Add(Slot.Lent, lease.Bytes);
        try
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

            await Task.Delay(Held, timeProvider, over);
        }
        finally
        {
            board.Add(Slot.Lent, -lease.Bytes);
        }
    }
}
