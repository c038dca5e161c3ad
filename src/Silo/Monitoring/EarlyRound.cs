namespace Headroom.Silo.Monitoring;

/// <summary>Asks the monitor for a reading before its time.</summary>
internal sealed class EarlyRound
{
    private TaskCompletionSource _asked = Unasked();

    /// <summary>A reading that begins from now on is wanted at once. From any thread.</summary>
    public void Ask() => Volatile.Read(ref _asked).TrySetResult();

    /// <summary>A round begins: who asks from now on wants the next one.</summary>
    /// <returns>Completes when somebody asks.</returns>
    public Task Begin()
    {
        TaskCompletionSource unasked = Unasked();
        Volatile.Write(ref _asked, unasked);
        return unasked.Task;
    }

    private static TaskCompletionSource Unasked() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
