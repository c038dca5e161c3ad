namespace Headroom.Samples.Demo.Runs;

/// <summary>The time of a run, which begins when the work does.</summary>
internal sealed class RunClock(TimeProvider time, int seconds)
{
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private DateTimeOffset _startedAt;

    /// <summary>The clock.</summary>
    internal TimeProvider Time { get; } = time;

    /// <summary>Ends when the work begins.</summary>
    internal Task Started => _started.Task;

    /// <summary>Seconds since the work began; 0 before.</summary>
    internal double Seconds => _started.Task.IsCompleted ? (Time.GetUtcNow() - _startedAt).TotalSeconds : 0;

    /// <summary>Seconds until the work ends.</summary>
    internal double SecondsLeft => seconds - Seconds;

    /// <summary>Begins.</summary>
    internal void Start(DateTimeOffset at)
    {
        _startedAt = at;
        _started.SetResult();
    }
}
