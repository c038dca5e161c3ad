namespace Headroom.LoadClient;

/// <summary>
/// One session under chaos: takes and gives back at random until it is told to stop. That calls fail, wait long and
/// are refused is to be expected; a must-succeed that is refused is not, and neither is one that is never met.
/// </summary>
internal sealed class ChaosSession(
    HeadroomOptions options, int seed, bool pause, int maxBytes = ChaosSession.MaxBytes)
{
    private const int MaxHeld = 12;
    private const int MaxBytes = 256 << 10;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(40);

    // After the stop everything is mended: what still waits then has this long.
    private static readonly TimeSpan LastWait = TimeSpan.FromSeconds(60);

    private readonly Random _random = new(seed);
    private readonly List<MemoryLease> _held = [];
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What came of it.</summary>
    public Tally Tally { get; } = new();

    /// <summary>What should not have happened.</summary>
    public List<string> Faults { get; } = [];

    /// <summary>Completes when it has its session.</summary>
    public Task Ready => _ready.Task;

    /// <summary>Runs until the token says stop; then gives all back and closes.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        using var last = new CancellationTokenSource();
        using CancellationTokenRegistration end = stop.Register(() => last.CancelAfter(LastWait));
        try
        {
            await using HeadroomClient client =
                await HeadroomClient.ConnectAsync(options, cancellationToken: last.Token);
            _ready.TrySetResult();
            while (!stop.IsCancellationRequested)
            {
                await StepAsync(client.Subsystem($"part-{_random.Next(3)}"), last.Token);
                if (pause)
                {
                    await Task.Delay(Pause, CancellationToken.None);
                }
            }

            _held.ForEach(lease => lease.Dispose());
        }
        catch (OperationCanceledException) when (last.IsCancellationRequested)
        {
            Faults.Add($"no session with {options.Host} within {LastWait} after the end");
        }
        finally
        {
            _ready.TrySetResult();
        }
    }

    private async Task StepAsync(ISubsystem subsystem, CancellationToken last)
    {
        if (_held.Count > MaxHeld)
        {
            _held.ForEach(lease => lease.Dispose());
            _held.Clear();
        }

        int bytes = _random.Next(1, maxBytes);
        try
        {
            switch (_random.Next(8))
            {
                case < 3:
                    if (subsystem.TryAcquire(bytes, (Urgency)_random.Next(4), out MemoryLease taken))
                    {
                        _held.Add(taken);
                        Tally.Taken++;
                    }

                    break;
                case < 5:
                    _held.Add(await subsystem.AcquireAsync(bytes, (Urgency)_random.Next(3), last));
                    Tally.Granted++;
                    break;
                case < 6:
                    await MustSucceedAsync(subsystem, bytes, last);
                    break;
                default:
                    GiveBack();
                    break;
            }
        }
        catch (MemoryRefusedException)
        {
            Tally.Refused++;
        }
        catch (OperationCanceledException) when (last.IsCancellationRequested)
        {
            Tally.GivenUp++;
        }
    }

    private async Task MustSucceedAsync(ISubsystem subsystem, long bytes, CancellationToken last)
    {
        long begin = TimeProvider.System.GetTimestamp();
        try
        {
            _held.Add(await subsystem.AcquireMustSucceedAsync(bytes, "chaos", last));
            Tally.Granted++;
        }
        catch (MemoryRefusedException refused)
        {
            Faults.Add($"must-succeed of {bytes} bytes refused: {refused.Message}");
        }
        catch (OperationCanceledException) when (last.IsCancellationRequested)
        {
            Faults.Add($"must-succeed of {bytes} bytes not met within {LastWait} after the end");
        }

        Tally.Waited(TimeProvider.System.GetElapsedTime(begin));
    }

    private void GiveBack()
    {
        if (_held.Count > 0)
        {
            int at = _random.Next(_held.Count);
            _held[at].Dispose();
            _held.RemoveAt(at);
        }
    }
}
