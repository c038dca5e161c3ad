using System.Text.Json;
using Headroom.Support;

namespace Headroom.Images.Tests;

/// <summary>Debian's podman with runc and a storage of its own.</summary>
public sealed class Podman(string storage)
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    // No systemd, no journal, and cgroups by their files, so that it works on a machine without them, too.
    private readonly string[] _options =
    [
        "--root", Path.Combine(storage, "root"),
        "--runroot", Path.Combine(storage, "run"),
        "--storage-driver", "overlay",
        "--storage-opt", "overlay.skip_mount_home=true",
        "--runtime", "runc",
        "--cgroup-manager", "cgroupfs",
        "--events-backend", "none",
        "--log-level", "error",
    ];

    /// <summary>Runs it, and returns what it printed.</summary>
    /// <exception cref="InvalidOperationException">It failed.</exception>
    public async Task<string> RunAsync(params IEnumerable<string> arguments)
    {
        await using ChildProcess child = await FinishAsync(arguments);
        return string.Join('\n', child.Output);
    }

    /// <summary>Everything that a container printed, on both its outputs.</summary>
    public async Task<string> LogsAsync(string name)
    {
        await using ChildProcess child = await FinishAsync(["logs", name]);
        return child.ToString();
    }

    /// <summary>What it knows of an image or container.</summary>
    public async Task<JsonElement> InspectAsync(string name)
    {
        using var answer = JsonDocument.Parse(await RunAsync("inspect", name));
        return answer.RootElement[0].Clone();
    }

    private async Task<ChildProcess> FinishAsync(IEnumerable<string> arguments)
    {
        using var limit = new CancellationTokenSource(Limit);
        ChildProcess child = ChildProcess.StartFile("podman", [.. _options, .. arguments]);
        if (await child.ExitAsync(limit.Token) is not 0 and int code)
        {
            await child.DisposeAsync();
            throw new InvalidOperationException($"podman {string.Join(' ', arguments)} ended with {code}: {child}");
        }

        return child;
    }
}
