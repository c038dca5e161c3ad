using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Headroom.Samples.Demo.Limits;

/// <summary>
/// A .NET program as a child process, in a memory cgroup, with what it printed. Killed when disposed.
/// </summary>
internal sealed partial class ChildProgram : IAsyncDisposable
{
    // Enough to say why it ended.
    private const int KeptLines = 60;
    private const int SigTerm = 15;

    private readonly Process _process;
    private readonly Lock _gate = new();
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

    /// <summary>The last lines of its standard error.</summary>
    internal string Errors
    {
        get
        {
            lock (_gate)
            {
                return string.Join(Environment.NewLine, _errors);
            }
        }
    }

    /// <summary>Starts one.</summary>
    /// <param name="group">The group; null for that of this process.</param>
    /// <param name="folder">The folder of it that the program enters.</param>
    /// <param name="program">The program's assembly.</param>
    /// <param name="arguments">Its command line.</param>
    internal static ChildProgram Start(
        LimitedGroup? group, string? folder, string program, params IEnumerable<string> arguments)
    {
        string enter = group is null ? "true" : group.EnterScript(folder!);
        ProcessStartInfo start = new("/bin/sh")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        foreach (string argument in
            (IEnumerable<string>)["-c", $"{enter} && exec dotnet \"$@\"", "sh", program, .. arguments])
        {
            start.ArgumentList.Add(argument);
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
    internal void Terminate()
    {
        if (!_process.HasExited)
        {
            _ = Signal(_process.Id, SigTerm);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private void Run()
    {
        _process.OutputDataReceived += (_, e) => Keep(e.Data, line => _lines.Add(line));
        _process.ErrorDataReceived += (_, e) => Keep(e.Data, line =>
        {
            _errors.Enqueue(line);
            if (_errors.Count > KeptLines)
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
