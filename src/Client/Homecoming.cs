using Microsoft.Extensions.Logging;

namespace Headroom;

/// <summary>
/// Brings loans of one subsystem home when its host has room again, if its policy asks for that: takes the bytes at
/// home as a caller of SafeToFail would, so that nobody is disturbed for it, and has the application move the content.
/// </summary>
internal sealed partial class Homecoming : IDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5);

    private readonly Subsystem _subsystem;
    private readonly SubsystemCredit _credit;
    private readonly ILogger _logger;
    private readonly ITimer _timer;
    private readonly Lock _lock = new();
    private readonly List<MemoryLease> _loans = [];
    private Func<MemoryLease, MemoryLease, ValueTask>? _move;
    private bool _running;

    internal Homecoming(Subsystem subsystem, SubsystemCredit credit, TimeProvider time, ILogger logger)
    {
        (_subsystem, _credit, _logger) = (subsystem, credit, logger);
        _timer = time.CreateTimer(
            static state => ((Homecoming)state!).Look(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    internal IDisposable Add(Func<MemoryLease, MemoryLease, ValueTask> move)
    {
        lock (_lock)
        {
            if (_move is not null)
            {
                throw new InvalidOperationException($"Subsystem {_subsystem.Name} has somebody who moves loans home.");
            }

            _move = move;
        }

        return new Registration(() =>
        {
            lock (_lock)
            {
                _move = null;
            }
        });
    }

    internal void Watch(MemoryLease loan)
    {
        lock (_lock)
        {
            _loans.Add(loan);
            _timer.Change(Period, Period);
        }
    }

    public void Dispose() => _timer.Dispose();

    private void Look()
    {
        Func<MemoryLease, MemoryLease, ValueTask>? move;
        MemoryLease loan;
        lock (_lock)
        {
            _loans.RemoveAll(known => !known.IsAcquired);
            if (_loans.Count == 0)
            {
                _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
                return;
            }

            if (_running || !_credit.LoansComeHome || _move is null)
            {
                return;
            }

            (_running, move, loan) = (true, _move, _loans[0]);

            // One that does not fit must not keep the others away.
            _loans.RemoveAt(0);
            _loans.Add(loan);
        }

        _ = Background.Run(() => MoveAsync(loan, move));
    }

    private async Task MoveAsync(MemoryLease loan, Func<MemoryLease, MemoryLease, ValueTask> move)
    {
        try
        {
            MemoryLease home = _subsystem.AsLease(await _subsystem.ReserveBytesAsync(loan.Bytes, default));
            try
            {
                await move(loan, home);
                loan.Dispose();
            }
            catch
            {
                home.Dispose();
                throw;
            }
        }
        catch (MemoryRefusedException)
        {
            // No room yet: the next look tries again.
            return;
        }
        catch (Exception error)
        {
            LogNotMoved(_logger, _subsystem.Name, loan.Bytes, error);
        }
        finally
        {
            lock (_lock)
            {
                _running = false;
            }
        }
    }
}
