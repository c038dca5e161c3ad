using Headroom.Samples.Demo.Board;
using Headroom.Samples.Demo.Limits;
using Headroom.Samples.Demo.Runs;
using Headroom.Samples.Journal.Memory;

namespace Headroom.Samples.Demo.Work;

/// <summary>
/// The noisy neighbour: a batch program under the same limit whose appetite comes in waves. Naive, it takes what it
/// wants. Plain, it looks how much of the limit is used before each step and goes slower when that is much. With
/// Headroom it asks: the first part of a wave where a refusal is safe, the rest as nice to have, and gives that back.
/// </summary>
internal sealed class Neighbour(ChildPlan plan, Scoreboard board, TimeProvider timeProvider)
{
    private const int StepBytes = 4 << 20;

    // A careful program stops growing when so much of the limit is used, as common advice has it.
    private const int CarefulPercent = 90;
    private const int NeededShare = 3;
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan MostPause = TimeSpan.FromMilliseconds(640);
    private readonly Lock _gate = new();
    private readonly Stack<Piece> _needed = new();
    private readonly Stack<Piece> _extra = new();
    private readonly MemoryTally _reasons = new();

    private long HeldBytes
    {
        get
        {
            lock (_gate)
            {
                return (long)StepBytes * (_needed.Count + _extra.Count);
            }
        }
    }

    /// <summary>Why and how often this process was refused.</summary>
    internal IReadOnlyDictionary<RefusalKey, long> Refusals => _reasons.Refusals;

    /// <summary>Follows the waves until the run ends.</summary>
    internal async Task RunAsync(CancellationToken cancellationToken)
    {
        await using HeadroomClient? client = await ClusterBudget.ConnectAsync(plan, cancellationToken);
        IAdmission admission = new BoardAdmission(
            "neighbour",
            client is null ? new UnlimitedAdmission() : new SubsystemAdmission(client.Subsystem("neighbour")),
            board,
            _reasons);
        using IDisposable? givesWay = admission.OnReclaim(GiveBack);
        Waves waves = new(plan.Seed, plan.WaveBytes);
        using PeriodicTimer timer = new(Tick, timeProvider);
        TimeSpan pause = TimeSpan.Zero;
        DateTimeOffset started = await StartSignal.WaitAsync(board, timeProvider, cancellationToken);
        DateTimeOffset ends = started.AddSeconds(plan.Seconds);
        DateTimeOffset notBefore = started;
        while (timeProvider.GetUtcNow() < ends && await timer.WaitForNextTickAsync(cancellationToken))
        {
            DateTimeOffset now = timeProvider.GetUtcNow();
            long wanted = waves.WantedBytes(now - started);
            board[Slot.Wanted] = wanted;
            Shrink(wanted);
            if (now < notBefore)
            {
                continue;
            }

            bool got = await GrowAsync(admission, wanted, cancellationToken);
            pause = got ? TimeSpan.Zero : Longer(pause);
            notBefore = now + pause;
        }

        Shrink(0);
    }

    private static TimeSpan Longer(TimeSpan pause)
        => pause == TimeSpan.Zero ? Tick : pause * 2 > MostPause ? MostPause : pause * 2;

    // False when it did not get all that it wanted: the caller tries again after a while that grows.
    private async ValueTask<bool> GrowAsync(IAdmission admission, long wanted, CancellationToken cancellationToken)
    {
        while (HeldBytes + StepBytes <= wanted)
        {
            bool needed = (long)StepBytes * _needed.Count < wanted / NeededShare;
            if (plan.Mode == Mode.Plain && IsTight())
            {
                board.Add(Slot.RefusedSafeToFail, 1);
                return false;
            }

            try
            {
                IDisposable lease = await admission.AcquireAsync(
                    StepBytes, needed ? Urgency.SafeToFail : Urgency.Optional, cancellationToken);
                Keep(needed ? _needed : _extra, lease);
            }
            catch (MemoryRefusedException)
            {
                return false;
            }
        }

        return true;
    }

    private void Keep(Stack<Piece> pieces, IDisposable lease)
    {
        Piece piece = new(lease, StepBytes);
        lock (_gate)
        {
            pieces.Push(piece);
        }

        board.Add(Slot.Taken, StepBytes);
    }

    private bool IsTight()
    {
        long used = plan.GroupFolder is { } folder
            ? GroupUsage.Read(folder).WorkingSetBytes
            : GC.GetTotalMemory(forceFullCollection: false);
        return used > plan.LimitBytes / 100 * CarefulPercent;
    }

    private void Shrink(long wanted)
    {
        lock (_gate)
        {
            while (HeldBytes > wanted && (_extra.TryPop(out Piece? piece) || _needed.TryPop(out piece)))
            {
                piece.Dispose();
            }
        }
    }

    private long GiveBack(long bytes)
    {
        long given = 0;
        lock (_gate)
        {
            while (given < bytes && (_extra.TryPop(out Piece? piece) || _needed.TryPop(out piece)))
            {
                piece.Dispose();
                given += StepBytes;
            }
        }

        return given;
    }

    // The memory is gone before its lease is.
    private sealed class Piece : IDisposable
    {
        private readonly IDisposable _lease;
        private readonly TouchedMemory _memory;

        internal Piece(IDisposable lease, long bytes)
        {
            _lease = lease;
            try
            {
                _memory = new TouchedMemory(bytes);
            }
            catch
            {
                lease.Dispose();
                throw;
            }
        }

        public void Dispose()
        {
            _memory.Dispose();
            _lease.Dispose();
        }
    }
}
