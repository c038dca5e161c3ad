using Headroom.Grains.Chaos;
using Headroom.Silo.Lending;
using Headroom.Silo.Options;
using Microsoft.Extensions.Options;

namespace Headroom.Silo.Chaos;

/// <summary>
/// Memory of this process that is in use for no reason but to be missing elsewhere: every page of it is touched. Given
/// back when its time is over, and with the process.
/// </summary>
internal sealed class HeldMemory(IOptions<ChaosSettings> settings, TimeProvider time) : IMemoryPressure, IDisposable
{
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _stop = new();
    private long _held;

    /// <summary>How much is held.</summary>
    public long HeldBytes
    {
        get
        {
            lock (_gate)
            {
                return _held;
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask<string?> HoldAsync(long bytes, TimeSpan duration)
    {
        long most = settings.Value.MaxPressureBytes;
        lock (_gate)
        {
            if (bytes > most - _held)
            {
                return $"{_held} bytes are held already, and {most} are the most that this silo holds on purpose";
            }

            _held += bytes;
        }

        nint start = await Task.Run(() => Take(bytes));
        if (start == 0)
        {
            GiveUp(bytes);
            return "the machine has no such memory";
        }

        _ = HoldAsync(start, bytes, duration);
        return null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stop.Cancel();
        _stop.Dispose();
    }

    private static unsafe nint Take(long bytes)
    {
        byte* start = NativePages.Map(bytes);
        if (start is not null)
        {
            NativePages.Touch(start, bytes);
        }

        return (nint)start;
    }

    private async Task HoldAsync(nint start, long bytes, TimeSpan duration)
    {
        await Task.Delay(duration, time, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        unsafe
        {
            NativePages.Unmap((byte*)start, bytes);
        }

        GiveUp(bytes);
    }

    private void GiveUp(long bytes)
    {
        lock (_gate)
        {
            _held -= bytes;
        }
    }
}
