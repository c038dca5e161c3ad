using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Headroom.Samples.Demo.Limits;

/// <summary>
/// A .NET program as a child process, under a limit or none, with what it printed. Killed when disposed.
/// </summary>
internal sealed partial class ChildProgram : IAsyncDisposable
{
    // Enough to say why it ended; a runtime that gives up says so first and then who was where.
    private const int KeptFirstLines = 10;
    private const int KeptLastLines = 50;
    private const int SigTerm = 15;
    private const int SigCont = 18;
    private const int SigStop = 19;

    private readonly Process _process;
    private readonly Lock _gate = new();
    private readonly List<string> _firstErrors = [];
    private readonly Queue<string> _errors = new();
    private readonly List<string> _lines = [];

    private ChildProgram(Process process) => _process = process;

    /// <summary>Its id.</summary>
    internal int Id => _process.Id;

    /// <summary>Whether it has ended.</summary>
    internal bool HasExited => _process.HasExited;

    /// <summary>Ends when the process does.</summary>
    internal Task Exited { get; private set; } = Task.CompletedTask;

    /// <summary>The exit code once it has ended; 128 and the signal when one killed it.</summary>
    internal int ExitCode => _process.ExitCode;

    /// <summary>Time of a processor that it took, while it lives.</summary>
    internal TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>All lines of its standard output.</summary>
    internal IReadOnlyList<string> Lines
    {
        get
        {
            lock (_gate)
            {
                return [.. _lines];
            }
        }
    }

    /// <summary>The first and the last lines of its standard error.</summary>
    internal string Errors
    {
        get
        {
            lock (_gate)
            {
                return string.Join(Environment.NewLine, _firstErrors.Concat(_errors));
            }
        }
    }

    /// <summary>Starts one.</summary>
    /// <param name="confinement">How it comes under a limit.</param>
    /// <param name="program">The program's assembly.</param>
    /// <param name="arguments">Its command line.</param>
    internal static ChildProgram Start(
        Confinement confinement, string program, params IEnumerable<string> arguments)
    {
        ProcessStartInfo start = new("/bin/sh")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        foreach (string argument in
            (IEnumerable<string>)["-c", $"{confinement.Script} && exec dotnet \"$@\"", "sh", program, .. arguments])
        {
            start.ArgumentList.Add(argument);
        }

        foreach ((string name, string value) in confinement.Environment)
        {
            start.Environment[name] = value;
        }

        // Each reports by other means, and a dump of a process at its limit takes longer than its restart.
        start.Environment["DOTNET_DbgEnableMiniDump"] = "0";
        ChildProgram child = new(new Process { StartInfo = start });
        child.Run();
        return child;
    }

    /// <summary>Ends it as a crash would.</summary>
    internal void Kill()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }
    }

    /// <summary>Asks it to stop.</summary>
    internal void Terminate() => Send(SigTerm);

    /// <summary>Lets it stand still where it is.</summary>
    internal void Freeze() => Send(SigStop);

    /// <summary>Lets it go on.</summary>
    internal void Thaw() => Send(SigCont);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private void Send(int signal)
    {
        if (!_process.HasExited)
        {
            _ = Signal(_process.Id, signal);
        }
    }

    private void Run()
    {
        _process.OutputDataReceived += (_, e) => Keep(e.Data, line => _lines.Add(line));
        _process.ErrorDataReceived += (_, e) => Keep(e.Data, line =>
        {
            if (_firstErrors.Count < KeptFirstLines)
            {
                _firstErrors.Add(line);
                return;
            }

            _errors.Enqueue(line);
            if (_errors.Count > KeptLastLines)
            {
                _errors.Dequeue();
            }
        });
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        Exited = _process.WaitForExitAsync();
    }

    private void Keep(string? line, Action<string> keep)
    {
        if (line is not null)
        {
            lock (_gate)
            {
                keep(line);
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Signal(int processId, int signal);
}
