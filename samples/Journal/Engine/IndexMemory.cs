using Headroom.Samples.Journal.Memory;

namespace Headroom.Samples.Journal.Engine;

/// <summary>
/// The memory of the index, reserved in steps: no key of it can be given up when memory is asked back. Room for a key
/// is promised where a refusal is still safe, because a commit that is durable cannot fail any more. Thread-safe.
/// </summary>
internal sealed class IndexMemory(IAdmission admission) : IDisposable
{
    // One for about 1,500 keys; returned when two steps are unused, so that a key at the edge does not flap.
    private const long StepBytes = 256 << 10;

    // A node of the dictionary, its share of the table (twice while it grows), and the string's own header; measured
    // by a test.
    private const long EntryBytes = 160;

    private readonly Lock _lock = new();
    private readonly Stack<IDisposable> _steps = new();
    private long _usedBytes;
    private long _promisedBytes;

    /// <summary>Bytes that are leased.</summary>
    internal long LeasedBytes
    {
        get
        {
            lock (_lock)
            {
                return _steps.Count * StepBytes;
            }
        }
    }

    /// <summary>What a key costs.</summary>
    internal static long BytesOf(string key) => EntryBytes + (sizeof(char) * (long)key.Length);

    /// <summary>Promises room, reserving more when there is none.</summary>
    /// <exception cref="MemoryRefusedException">Refused; nothing is promised.</exception>
    internal async ValueTask PromiseAsync(long bytes, CancellationToken cancellationToken)
    {
        while (!TryPromise(bytes))
        {
            IDisposable step = await admission.ReserveAsync(StepBytes, cancellationToken);
            lock (_lock)
            {
                _steps.Push(step);
            }
        }
    }

    /// <summary>Takes a promise back.</summary>
    internal void Withdraw(long bytes)
    {
        lock (_lock)
        {
            _promisedBytes -= bytes;
            ReturnSteps();
        }
    }

    /// <summary>Turns promised room into used room, or not if the key was there already.</summary>
    internal void Settle(long promisedBytes, long usedBytes)
    {
        lock (_lock)
        {
            _promisedBytes -= promisedBytes;
            _usedBytes += usedBytes;
            ReturnSteps();
        }
    }

    /// <summary>Gives everything back; the index is gone by then.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            while (_steps.TryPop(out IDisposable? step))
            {
                step.Dispose();
            }
        }
    }

    private bool TryPromise(long bytes)
    {
        lock (_lock)
        {
            if (_usedBytes + _promisedBytes + bytes > _steps.Count * StepBytes)
            {
                return false;
            }

            _promisedBytes += bytes;
            return true;
        }
    }

    private void ReturnSteps()
    {
        while ((_steps.Count - 2) * StepBytes >= _usedBytes + _promisedBytes && _steps.TryPop(out IDisposable? step))
        {
            step.Dispose();
        }
    }
}
