using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Headroom.Samples.Demo.Limits;

namespace Headroom.Samples.Demo.Runs;

/// <summary>
/// Headroom for a run: the silo of the host that the work runs on, and those of two others in the variants with three.
/// The budget of the work is declared: its cgroup, and how badly each of its parts may ask.
/// </summary>
internal sealed class Authority : IAsyncDisposable
{
    /// <summary>The container that store and neighbour share.</summary>
    internal const string Container = "demo";

    private const int Lenders = 2;
    private const long PledgedBytes = 512L << 20;

    // Of the tight host, which has no more than the container's limit, for another container: so it runs out first.
    private const int GuaranteePercent = 40;
    private const long EmergencyBytes = 2L << 20;
    private const string Host = "demo-1";
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);
    private readonly List<SiloProgram> _silos = [];
    private readonly string _folder = Directory.CreateTempSubdirectory("headroom-demo-silo-").FullName;
    private ChildProgram? _store;

    /// <summary>The silo of the host that the work runs on.</summary>
    internal SiloProgram Home => _silos[0];

    /// <summary>Starts what the plan needs and declares the budget.</summary>
    internal static async Task<Authority> StartAsync(
        DemoPlan plan, IMemoryLimit limit, CancellationToken cancellationToken)
    {
        Authority authority = new();
        try
        {
            await authority.RunAsync(plan, limit, cancellationToken);
            return authority;
        }
        catch
        {
            await authority.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (SiloProgram silo in _silos)
        {
            await silo.DisposeAsync();
        }

        if (_store is not null)
        {
            await _store.DisposeAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }

    private async Task RunAsync(DemoPlan plan, IMemoryLimit limit, CancellationToken cancellationToken)
    {
        string[] shared = plan.Borrows
            ? await SharedAsync(cancellationToken)
            : [$"--Headroom:Store:Path={Path.Combine(_folder, "own")}", "--Headroom:Chaos:Enabled=true"];
        string[] tight = plan.Variant == Variant.Three
            ? [.. shared, $"--Headroom:Host:CapacityBytes={plan.LimitBytes}"]
            : [.. shared, .. limit.SiloArguments];
        _silos.Add(await SiloProgram.StartAsync(limit.Silo, Host, tight, cancellationToken));
        for (int lender = 0; lender < (plan.Borrows ? Lenders : 0); lender++)
        {
            _silos.Add(await SiloProgram.StartAsync(
                Confinement.None,
                $"demo-{lender + 2}",
                [.. shared, $"--Headroom:Host:PledgedBytes={PledgedBytes}"],
                cancellationToken));
        }

        string container = $"/v1/hosts/{Host}/containers/{Container}";
        await Home.PutAsync(
            container,
            new { limitBytes = plan.LimitBytes - limit.UnleasedBytes, cgroup = limit.CgroupPath ?? "" },
            cancellationToken);
        if (plan.Variant == Variant.Three)
        {
            long guaranteeBytes = plan.LimitBytes / 100 * GuaranteePercent;
            await Home.PutAsync(
                $"/v1/hosts/{Host}/containers/other",
                new { limitBytes = guaranteeBytes, guaranteeBytes },
                cancellationToken);
        }

        foreach ((string subsystem, string urgency) in
            (IEnumerable<(string, string)>)
            [
                ("page-cache", "Optional"), ("neighbour", "SafeToFail"), ("opening", "RiskyToFail"),
                ("writers", "RiskyToFail"),
            ])
        {
            await Home.PutAsync(
                $"{container}/subsystems/{subsystem}", new { maxUrgency = urgency }, cancellationToken);
        }

        await Home.PutAsync(
            $"{container}/subsystems/journal", new { emergencyCreditBytes = EmergencyBytes }, cancellationToken);
    }

    private async Task<string[]> SharedAsync(CancellationToken cancellationToken)
    {
        int port = SiloProgram.FreePort();
        _store = ChildProgram.Start(
            Confinement.None,
            SiloProgram.Assembly,
            "store",
            "--path",
            Path.Combine(_folder, "shared"),
            "--port",
            $"{port}");
        await ListeningAsync(_store, port, cancellationToken);
        return
        [
            "--Headroom:Cluster:Provider=Redis",
            $"--Headroom:Cluster:ConnectionString=127.0.0.1:{port}",
            $"--Headroom:Cluster:Key={Convert.ToBase64String(RandomNumberGenerator.GetBytes(32))}",
        ];
    }

    private static async Task ListeningAsync(ChildProgram store, int port, CancellationToken cancellationToken)
    {
        using PeriodicTimer timer = new(Pause);
        while (true)
        {
            using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                await socket.ConnectAsync(IPAddress.Loopback, port, cancellationToken);
                return;
            }
            catch (SocketException) when (!store.HasExited)
            {
                // It has not opened its port yet.
                await timer.WaitForNextTickAsync(cancellationToken);
            }
        }
    }
}
