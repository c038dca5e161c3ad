using System.Text.Json;

namespace Headroom.Images.Tests;

/// <summary>
/// A container of one of the images, restricted as a pod should be: no capability, no new privilege, a root that cannot
/// be written, and a memory limit. Removed when it is disposed.
/// </summary>
internal sealed class Container : IAsyncDisposable
{
    private readonly Podman _podman;

    private Container(Podman podman, string id) => (_podman, Id) = (podman, id);

    /// <summary>Its id.</summary>
    public string Id { get; }

    /// <summary>Makes one, and does not start it.</summary>
    /// <param name="podman">Where.</param>
    /// <param name="image">The name of the image, such as <c>silo</c>.</param>
    /// <param name="memoryBytes">Its memory limit.</param>
    /// <param name="options">More options of <c>podman create</c>.</param>
    /// <param name="arguments">The command line of the image's program.</param>
    public static async Task<Container> CreateAsync(
        Podman podman, string image, long memoryBytes, string[] options, params string[] arguments)
    {
        string id = await podman.RunAsync(
            [
                "create", "--pull", "never", "--memory", $"{memoryBytes}", "--pids-limit", "512",
                "--ulimit", "nofile=20000:20000", "--ulimit", "nproc=4096:4096",
                "--cap-drop", "all", "--security-opt", "no-new-privileges",
                "--read-only", "--read-only-tmpfs=false", "--tmpfs", "/tmp:rw,size=64m,mode=1777",
                "--log-driver", "k8s-file",
                .. options, BuiltImages.Name(image), .. arguments,
            ]);
        return new Container(podman, id.Trim());
    }

    /// <summary>Starts it, for the first time or again.</summary>
    public Task StartAsync() => _podman.RunAsync("start", Id);

    /// <summary>Ends it as a crash would: SIGKILL.</summary>
    public Task KillAsync() => _podman.RunAsync("kill", "--signal", "KILL", Id);

    /// <summary>Asks it to stop: SIGTERM, and SIGKILL after a time.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> StopAsync(TimeSpan patience)
    {
        await _podman.RunAsync("stop", "--time", $"{patience.TotalSeconds}", Id);
        return await ExitAsync();
    }

    /// <summary>Waits for its end.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> ExitAsync() => int.Parse(await _podman.RunAsync("wait", Id), null);

    /// <summary>Whether its program runs.</summary>
    public async Task<bool> IsRunningAsync() => (await StateAsync()).GetProperty("Running").GetBoolean();

    /// <summary>The id of its first process, as this machine sees it.</summary>
    public async Task<int> ProcessIdAsync() => (await StateAsync()).GetProperty("Pid").GetInt32();

    /// <summary>Everything that it printed.</summary>
    public Task<string> LogsAsync() => _podman.LogsAsync(Id);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await _podman.RunAsync("rm", "--force", "--time", "0", Id);

    private async Task<JsonElement> StateAsync() => (await _podman.InspectAsync(Id)).GetProperty("State");
}
