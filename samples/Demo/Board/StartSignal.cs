namespace Headroom.Samples.Demo.Board;

/// <summary>
/// The beginning of the work, on the boards: it comes when all processes are ready, so that a slow start of one does
/// not come off its time. Who is started anew later finds it there.
/// </summary>
internal static class StartSignal
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    /// <summary>Says that this process is ready, and waits for the beginning.</summary>
    /// <returns>When the work began.</returns>
    internal static async Task<DateTimeOffset> WaitAsync(
        Scoreboard board, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        board[Slot.Ready] = 1;
        using PeriodicTimer timer = new(Pause, timeProvider);
        while (board[Slot.Start] == 0)
        {
            await timer.WaitForNextTickAsync(cancellationToken);
        }

        return new DateTimeOffset(board[Slot.Start], TimeSpan.Zero);
    }

    /// <summary>Waits until all are ready, and gives the signal.</summary>
    /// <returns>Now, when the work begins.</returns>
    internal static async Task<DateTimeOffset> GiveAsync(
        IReadOnlyList<Scoreboard> boards, Task ended, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        using PeriodicTimer timer = new(Pause, timeProvider);
        while (boards.Any(board => board[Slot.Ready] == 0) && !ended.IsCompleted)
        {
            await timer.WaitForNextTickAsync(cancellationToken);
        }

        DateTimeOffset now = timeProvider.GetUtcNow();
        foreach (Scoreboard board in boards)
        {
            board[Slot.Start] = now.Ticks;
        }

        return now;
    }
}
