using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;
using Orleans.Configuration;

namespace Headroom.Silo.Hosting;

/// <summary>
/// Keeps a host from being served by two silos: looks at the other rows of the membership table once this silo has
/// written its own, and before it becomes active.
/// </summary>
/// <remarks>
/// A row of the same host at another address: when somebody listens there, this silo ends. When nobody does, that silo
/// ended without saying so (it was killed, and this is its successor), and is declared dead. When there is no answer at
/// all, this silo waits for the others to declare it dead, for as long as joining may take; and declares it dead
/// itself when it has not renewed its row for so long that it has no vote any more: perhaps there is no other silo,
/// because all machines were off, and came back at other addresses. What it could still grant is outlasted by learning.
/// A row at this silo's own address Orleans itself declares dead.
/// </remarks>
internal sealed partial class OneSiloPerHost(
    IMembershipTable table,
    IClusterMembershipService membership,
    ILocalSiloDetails local,
    IOptions<ClusterMembershipOptions> options,
    TimeProvider time,
    ILogger<OneSiloPerHost> logger) : ILifecycleParticipant<ISiloLifecycle>
{
    // The row of this silo is in the table: of two silos of one host that start at once, at least one sees the other.
    private const int Stage = ServiceLifecycleStage.AfterRuntimeGrainServices + 1;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    /// <inheritdoc/>
    public void Participate(ISiloLifecycle observer) => observer.Subscribe(
        nameof(OneSiloPerHost), Stage, CheckAsync, static _ => Task.CompletedTask);

    private async Task CheckAsync(CancellationToken cancellationToken)
    {
        long begin = time.GetTimestamp();
        using var pause = new PeriodicTimer(Pause, time);
        while (await FindObstacleAsync(cancellationToken) is { } obstacle)
        {
            if (time.GetElapsedTime(begin) > options.Value.MaxJoinAttemptTime)
            {
                throw new HostTakenException(obstacle);
            }

            await pause.WaitForNextTickAsync(cancellationToken);
        }
    }

    // What this silo still has to wait for; null when it may go on.
    private async Task<string?> FindObstacleAsync(CancellationToken cancellationToken)
    {
        MembershipTableData rows = await table.ReadAllAsync(cancellationToken);
        string? obstacle = null;
        foreach ((MembershipEntry row, _) in rows.Members)
        {
            IPEndPoint place = row.SiloAddress.Endpoint;
            bool serves = row.Status is SiloStatus.Joining or SiloStatus.Active;
            if (!serves || row.SiloName != local.Name || place.Equals(local.SiloAddress.Endpoint))
            {
                continue;
            }

            obstacle = $"Host {local.Name} is served by the silo at {place} already: "
                + "stop that one first, or set another Headroom:Host:Name.";
            switch (await AskAsync(place, cancellationToken))
            {
                case Listener.Some:
                    throw new HostTakenException(obstacle);
                case Listener.None:
                case Listener.Silent when IsStale(row):
                    LogDeclaredDead(place, local.Name);
                    await membership.TryKill(row.SiloAddress);
                    break;
            }
        }

        return obstacle;
    }

    private bool IsStale(MembershipEntry row)
    {
        DateTime seen = row.IAmAliveTime > row.StartTime ? row.IAmAliveTime : row.StartTime;
        ClusterMembershipOptions limits = options.Value;
        return time.GetUtcNow().UtcDateTime - seen
            > limits.IAmAliveTablePublishTimeout * limits.NumMissedTableIAmAliveLimit;
    }

    private async Task<Listener> AskAsync(IPEndPoint place, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(options.Value.ProbeTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        using var socket = new Socket(place.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(place, either.Token);
            return Listener.Some;
        }
        catch (SocketException error)
        {
            return error.SocketErrorCode == SocketError.ConnectionRefused ? Listener.None : Listener.Silent;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Listener.Silent;
        }
    }

    // Silent: no answer, neither yes nor no. The machine may be off, or only the network.
    private enum Listener
    {
        Some,
        None,
        Silent,
    }
}
