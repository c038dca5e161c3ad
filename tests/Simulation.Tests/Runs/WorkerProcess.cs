using System.Diagnostics;
using System.Text.Json;

namespace Headroom.Simulation.Tests.Runs;

/// <summary>A <see cref="Worker"/>, seen from the process that started it. Killed when disposed.</summary>
internal sealed class WorkerProcess : IDisposable
{
    private readonly Process _process;
    private readonly Task<string> _errors;

    internal WorkerProcess(IEnumerable<string> command)
    {
        _process = Process.Start(new ProcessStartInfo(command.First(), command.Skip(1))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        _errors = _process.StandardError.ReadToEndAsync();
    }

    /// <summary>Has it run worlds.</summary>
    /// <exception cref="WorkerFailedException">It did not, or not as many, or did not say so.</exception>
    internal async Task<SeedRun> RunAsync(ulong from, ulong seeds)
    {
        string? answer = null;
        try
        {
            await _process.StandardInput.WriteLineAsync($"{from} {seeds}");
            await _process.StandardInput.FlushAsync();
            answer = await _process.StandardOutput.ReadLineAsync();
            if (answer is not null && JsonSerializer.Deserialize<SeedRun>(answer) is { } run && run.Seeds == seeds)
            {
                return run;
            }
        }
        catch (Exception wrong) when (wrong is IOException or JsonException)
        {
            // It is gone, or the answer is none: said below.
        }

        if (answer is not null)
        {
            _process.Kill();
        }

        throw await FailureAsync($"was given {seeds} seeds from {from} and answered \"{answer}\"");
    }

    /// <summary>Lets it end.</summary>
    /// <exception cref="WorkerFailedException">It ended with an error.</exception>
    internal async Task EndAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        if (_process.ExitCode != 0)
        {
            throw await FailureAsync("had done all that it was given");
        }
    }

    public void Dispose()
    {
        _process.Kill();
        _process.Dispose();
    }

    private async Task<WorkerFailedException> FailureAsync(string what)
    {
        await _process.WaitForExitAsync();
        return new($"Worker {_process.Id} {what}; it ended with {_process.ExitCode}. {await _errors}".TrimEnd());
    }
}
