using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Headroom.CgroupGuest;

/// <summary>This program as a process in a cgroup. Ended when it is disposed.</summary>
internal sealed class Held : IDisposable
{
    /// <summary>What a shell says of a process that SIGKILL ended.</summary>
    public const int Killed = 128 + 9;

    private const string Holding = "holding";
    private readonly Process _process;

    private Held(Process process) => _process = process;

    /// <summary>Starts a process that takes memory, and does not wait for it.</summary>
    public static Held Start(Cgroup cgroup, long bytes) =>
        Run(cgroup, "hold", bytes.ToString(CultureInfo.InvariantCulture));

    /// <summary>Starts one and waits until it has the memory.</summary>
    public static Held StartHolding(Cgroup cgroup, long bytes)
    {
        Held held = Start(cgroup, bytes);
        held.UntilHolding();
        return held;
    }

    /// <summary>Runs this program in a cgroup to its end.</summary>
    /// <returns>What it printed.</returns>
    public static string Output(Cgroup cgroup, params string[] arguments)
    {
        using Held held = Run(cgroup, arguments);
        string output = held._process.StandardOutput.ReadToEnd().Trim();
        held._process.WaitForExit();
        return output;
    }

    /// <summary>Waits until it has its memory.</summary>
    public void UntilHolding()
    {
        string? line = _process.StandardOutput.ReadLine();
        Expect.That(line == Holding, line);
    }

    /// <summary>Waits for its end, and returns its exit code.</summary>
    public int Exit()
    {
        _process.WaitForExit();
        return _process.ExitCode;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.WaitForExit();
        _process.Dispose();
    }

    /// <summary>What the process does.</summary>
    public static unsafe int Hold(nuint bytes)
    {
        void* memory = NativeMemory.Alloc(bytes);
        NativeMemory.Fill(memory, bytes, 1);
        Console.WriteLine(Holding);
        Console.In.ReadToEnd();
        NativeMemory.Free(memory);
        return 0;
    }

    // It enters the cgroup before it becomes this program, so that all that it takes is charged there.
    private static Held Run(Cgroup cgroup, params string[] arguments)
    {
        var start = new ProcessStartInfo("/bin/sh")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        string enter = $"echo 0 > {cgroup.Directory}/cgroup.procs && exec \"$@\"";
        string[] command = ["-c", enter, "sh", Environment.ProcessPath!, typeof(Held).Assembly.Location, .. arguments];
        foreach (string argument in command)
        {
            start.ArgumentList.Add(argument);
        }

        return new Held(Process.Start(start)!);
    }
}
