using Headroom.Samples.Demo.Board;
using Headroom.Samples.Demo.Limits;

namespace Headroom.Samples.Demo.Runs;

/// <summary>
/// A child process that is started anew when it dies before its time, as a cluster would, only sooner: it waits a
/// second where Kubernetes waits ten and more.
/// </summary>
internal sealed class Supervised(
    string name,
    IMemoryLimit limit,
    ChildPlan plan,
    IReadOnlyList<Scoreboard> boards,
    RunClock clock,
    Action<Mark> mark)
{
    private static readonly TimeSpan RestartPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(60);
    private const int KilledCode = 128 + 9;
    private readonly List<string> _lines = [];

    /// <summary>What all of its lives printed.</summary>
    internal IReadOnlyList<string> Lines => _lines;

    /// <summary>Ended by the OOM killer.</summary>
    internal int Killed { get; private set; }

    /// <summary>Ended by an exception for want of memory.</summary>
    internal int DiedOfException { get; private set; }

    /// <summary>Ended badly otherwise.</summary>
    internal int DiedOtherwise { get; private set; }

    /// <summary>Seconds of the run in which it did not run.</summary>
    internal double DownSeconds { get; private set; }

    /// <summary>Runs it until it ends in order, or until the run is over.</summary>
    internal async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            long kills = limit.Kills;
            await using ChildProgram child = ChildProgram.Start(
                limit.Work, typeof(Supervised).Assembly.Location, name, plan.ToText());
            await EndAsync(child, cancellationToken);
            _lines.AddRange(child.Lines);
            if (child.ExitCode == 0)
            {
                return;
            }

            double died = clock.Seconds;
            foreach (Scoreboard board in boards)
            {
                board.NothingHeld();
            }

            Tell(child, limit.Kills - kills, died);
            if (clock.SecondsLeft <= RestartPause.TotalSeconds)
            {
                DownSeconds += Math.Max(0, clock.SecondsLeft);
                return;
            }

            await Task.Delay(RestartPause, clock.Time, cancellationToken);
            mark(new Mark(clock.Seconds, "restarted", $"{name} started anew"));
            DownSeconds += clock.Seconds - died;
        }
    }

    private async Task EndAsync(ChildProgram child, CancellationToken cancellationToken)
    {
        Task first = await Task.WhenAny(child.Exited, clock.Started.WaitAsync(Grace, clock.Time, cancellationToken));
        TimeSpan most = TimeSpan.FromSeconds(Math.Max(0, clock.SecondsLeft)) + Grace;
        first = await Task.WhenAny(child.Exited, Task.Delay(most, clock.Time, cancellationToken));
        if (first != child.Exited)
        {
            child.Kill();
            mark(new Mark(clock.Seconds, "hung", $"{name} did not end by itself"));
        }

        await child.Exited;
    }

    private void Tell(ChildProgram child, long kills, double at)
    {
        bool exception = child.Errors.Contains("OutOfMemory", StringComparison.Ordinal)
            || child.Errors.Contains("InsufficientMemory", StringComparison.Ordinal)
            || child.Errors.Contains("Out of memory", StringComparison.Ordinal);
        if (child.ExitCode == KilledCode && kills > 0)
        {
            Killed++;
            mark(new Mark(at, "killed", $"{name} killed by the OOM killer (exit code {child.ExitCode})"));
        }
        else if (exception)
        {
            DiedOfException++;
            mark(new Mark(at, "died", $"{name} died of an OutOfMemoryException (exit code {child.ExitCode})"));
        }
        else
        {
            DiedOtherwise++;
            mark(new Mark(at, "died", $"{name} ended with {child.ExitCode}: {child.Errors}"));
        }
    }
}
