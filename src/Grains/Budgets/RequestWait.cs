using Headroom.Contracts;

namespace Headroom.Grains.Budgets;

/// <summary>
/// What those wait for who asked under one request id: its answer. Its signal is all that comes from other threads, so
/// what is done about it is done in a turn of the grain, in the order of its turns. <c>Task.WaitAsync</c> would end on
/// a thread of the pool.
/// </summary>
internal sealed class RequestWait
{
    private readonly TaskCompletionSource _signal = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The answer; null before there is one.</summary>
    public LeaseAnswer? Answer { get; private set; }

    /// <summary>There is an answer: all that wait have it. For the turns of the grain.</summary>
    public void Settle(LeaseAnswer answer)
    {
        Answer ??= answer;
        _signal.TrySetResult();
    }

    /// <summary>
    /// Waits for the answer, or until somebody's patience is over: this caller's or that of another one with the same
    /// request id. After that it waits no more.
    /// </summary>
    public async ValueTask WaitAsync(TimeSpan patience, TimeProvider time, CancellationToken cancellationToken)
    {
        using ITimer over = time.CreateTimer(
            static signal => ((TaskCompletionSource)signal!).TrySetResult(),
            _signal,
            patience,
            Timeout.InfiniteTimeSpan);
        using CancellationTokenRegistration left = cancellationToken.UnsafeRegister(
            static signal => ((TaskCompletionSource)signal!).TrySetResult(), _signal);
        await _signal.Task;
        if (Answer is null)
        {
            cancellationToken.ThrowIfCancellationRequested();
        }
    }
}
