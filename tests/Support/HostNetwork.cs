using System.Globalization;

namespace Headroom.Support;

/// <summary>
/// A network of several hosts on this machine: a network namespace for each, joined by a bridge in one of its own, and
/// a leg of it in the namespace of the tests. Gone when it is disposed.
/// </summary>
public sealed class HostNetwork : IAsyncDisposable
{
    private const string Folder = "/run/netns/";
    private const int Here = 1;
    private const int First = 10;

    private readonly List<string> _namespaces = [];
    private bool _joined;
    private readonly string _name = string.Create(CultureInfo.InvariantCulture, $"hr{Environment.ProcessId}");

    // Another one for each process of tests, as far as that goes.
    private readonly string _prefix = string.Create(
        CultureInfo.InvariantCulture,
        $"10.{200 + (Environment.ProcessId / 250 % 50)}.{Environment.ProcessId % 250}.");

    private HostNetwork()
    {
    }

    /// <summary>The address of this side, where servers that all hosts use may listen.</summary>
    public string Address => $"{_prefix}{Here}";

    private string Hub => $"{_name}-hub";

    /// <summary>Why networks cannot be made here; null when they can.</summary>
    public static async Task<string?> WhyNotAsync()
    {
        if (!Environment.IsPrivilegedProcess)
        {
            return "network namespaces need root";
        }

        string name = string.Create(CultureInfo.InvariantCulture, $"hr{Environment.ProcessId}-try");
        try
        {
            await RunAsync("ip", "netns", "add", name);
            await RunAsync("ip", "netns", "delete", name);
            return null;
        }
        catch (Exception error) when (error is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return $"network namespaces cannot be made here: {error.Message.ReplaceLineEndings(" ")}";
        }
    }

    /// <summary>Makes a network.</summary>
    /// <param name="hosts">How many hosts.</param>
    public static async Task<HostNetwork> StartAsync(int hosts)
    {
        var network = new HostNetwork();
        try
        {
            await network.MakeAsync(hosts);
            return network;
        }
        catch
        {
            await network.DisposeAsync();
            throw;
        }
    }

    /// <summary>The place of a host, counted from 0.</summary>
    public SiloPlace Place(int host) => new($"{_prefix}{First + host}", ["nsenter", $"--net={Folder}{Name(host)}"]);

    /// <summary>Cuts a host off from all others, and from this side.</summary>
    public Task CutAsync(int host) => InHubAsync("ip", "link", "set", Port(host), "down");

    /// <summary>Ends <see cref="CutAsync(int)"/>.</summary>
    public Task JoinAsync(int host) => InHubAsync("ip", "link", "set", Port(host), "up");

    /// <summary>Lets nothing through from one host to another one; the other direction stays.</summary>
    public Task CutAsync(int from, int to) =>
        InAsync(Name(from), "ip", "route", "add", "blackhole", $"{_prefix}{First + to}/32");

    /// <summary>Ends <see cref="CutAsync(int, int)"/>.</summary>
    public Task JoinAsync(int from, int to) =>
        InAsync(Name(from), "ip", "route", "delete", "blackhole", $"{_prefix}{First + to}/32");

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        // The kernel ends what was in a namespace some time after its name is gone, and the next network has this name.
        if (_joined)
        {
            await RunAsync("ip", "link", "delete", _name);
        }

        foreach (string name in _namespaces)
        {
            await RunAsync("ip", "netns", "delete", name);
        }
    }

    private async Task MakeAsync(int hosts)
    {
        await AddAsync(Hub);
        await InHubAsync("ip", "link", "add", "bridge", "type", "bridge");
        await InHubAsync("ip", "link", "set", "bridge", "up");

        await RunAsync("ip", "link", "add", _name, "type", "veth", "peer", "name", "here", "netns", Hub);
        _joined = true;
        await RunAsync("ip", "address", "add", $"{Address}/24", "dev", _name);
        await RunAsync("ip", "link", "set", _name, "up");
        await JoinBridgeAsync("here");
        for (int host = 0; host < hosts; host++)
        {
            string name = Name(host);
            await AddAsync(name);
            await InAsync(name, "ip", "link", "add", "eth0", "type", "veth", "peer", "name", Port(host), "netns", Hub);
            await InAsync(name, "ip", "address", "add", $"{Place(host).Address}/24", "dev", "eth0");
            await InAsync(name, "ip", "link", "set", "eth0", "up");
            await InAsync(name, "ip", "link", "set", "lo", "up");
            await JoinBridgeAsync(Port(host));
        }
    }

    private async Task AddAsync(string name)
    {
        await RunAsync("ip", "netns", "add", name);
        _namespaces.Add(name);
    }

    private async Task JoinBridgeAsync(string port)
    {
        await InHubAsync("ip", "link", "set", port, "master", "bridge");
        await InHubAsync("ip", "link", "set", port, "up");
    }

    private string Name(int host) => string.Create(CultureInfo.InvariantCulture, $"{_name}-{host}");

    private static string Port(int host) => string.Create(CultureInfo.InvariantCulture, $"port{host}");

    private Task InHubAsync(params string[] command) => InAsync(Hub, command);

    private static Task InAsync(string name, params string[] command) =>
        RunAsync("nsenter", [$"--net={Folder}{name}", .. command]);

    private static async Task RunAsync(string program, params string[] arguments)
    {
        await using ChildProcess child = ChildProcess.StartFile(program, arguments);
        if (await child.ExitAsync() != 0)
        {
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)}: {child}");
        }
    }
}
