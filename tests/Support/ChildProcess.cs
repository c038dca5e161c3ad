using System.Diagnostics;
using System.Threading.Channels;

namespace Headroom.Support;

/// <summary>A program as a real child process, with everything that it prints. Killed when disposed.</summary>
public sealed class ChildProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly Lock _gate = new();
    private readonly List<string> _output = [];
    private readonly List<string> _errors = [];
    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();

    private ChildProcess(Process process) => _process = process;

    /// <summary>The id of the process.</summary>
    public int Id => _process.Id;

    /// <summary>Whether the process is gone.</summary>
    public bool HasExited => _process.HasExited;

    /// <summary>
    /// The lines of its standard output, as they come, to one reader; it ends when the output is closed.
    /// </summary>
    public ChannelReader<string> Lines => _lines.Reader;

    /// <summary>All lines of its standard output up to now.</summary>
    public IReadOnlyList<string> Output => Copy(_output);

    /// <summary>All lines of its standard error up to now.</summary>
    public IReadOnlyList<string> Errors => Copy(_errors);

    /// <summary>Starts a program. Settings in this process' own environment are not passed on to it.</summary>
    public static ChildProcess Start(string program, params IEnumerable<string> arguments) =>
        Start(new Dictionary<string, string>(), program, arguments);

    /// <summary>Starts a program with more in its environment.</summary>
    public static ChildProcess Start(
        IReadOnlyDictionary<string, string> environment, string program, params IEnumerable<string> arguments) =>
        StartFile(environment, "dotnet", arguments.Prepend(program));

    /// <summary>Starts a program that is no .NET one, such as a server of the system.</summary>
    /// <param name="file">Its path, or its name when it is on the path of programs.</param>
    /// <param name="arguments">Its command line.</param>
    public static ChildProcess StartFile(string file, params IEnumerable<string> arguments) =>
        StartFile(new Dictionary<string, string>(), file, arguments);

    /// <summary>Ends the process as a crash would: SIGKILL.</summary>
    /// <returns>The exit code, once all output has been read.</returns>
    public async Task<int> KillAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        return await ExitAsync();
    }

    /// <summary>Asks the process to stop: SIGTERM.</summary>
    /// <returns>The exit code, once all output has been read.</returns>
    public async Task<int> TerminateAsync(CancellationToken cancellationToken = default)
    {
        PosixKill.Terminate(Id);
        return await ExitAsync(cancellationToken);
    }

    /// <summary>Ends the process's standard input.</summary>
    public void CloseInput() => _process.StandardInput.Close();

    /// <summary>Waits for the process to end by itself.</summary>
    /// <returns>The exit code, once all output has been read.</returns>
    public async Task<int> ExitAsync(CancellationToken cancellationToken = default)
    {
        await _process.WaitForExitAsync(cancellationToken);
        return _process.ExitCode;
    }

    /// <summary>Everything that it printed, for the message of a failed test.</summary>
    public override string ToString() => string.Join(Environment.NewLine, [.. Output, .. Errors]);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _process.Dispose();
    }

    private static ChildProcess StartFile(
        IReadOnlyDictionary<string, string> environment, string file, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(file)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        foreach (string name in start.Environment.Keys.Where(IsSetting).ToArray())
        {
            start.Environment.Remove(name);
        }

        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        var child = new ChildProcess(new Process { StartInfo = start });
        child.Run();
        return child;
    }

    private static bool IsSetting(string name) =>
        name.StartsWith("Headroom__", StringComparison.OrdinalIgnoreCase)
        || name.StartsWith("ASPNETCORE_", StringComparison.OrdinalIgnoreCase)
        || name.Equals("URLS", StringComparison.OrdinalIgnoreCase);

    private void Run()
    {
        _process.OutputDataReceived += (_, e) => Take(e.Data);
        _process.ErrorDataReceived += (_, e) => Add(_errors, e.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    private void Take(string? line)
    {
        Add(_output, line);
        if (line is null)
        {
            _lines.Writer.TryComplete();
        }
        else
        {
            _lines.Writer.TryWrite(line);
        }
    }

    private void Add(List<string> lines, string? line)
    {
        if (line is not null)
        {
            lock (_gate)
            {
                lines.Add(line);
            }
        }
    }

    private string[] Copy(List<string> lines)
    {
        lock (_gate)
        {
            return [.. lines];
        }
    }
}
