using System.Net;
using System.Net.Sockets;
using Orleans.Configuration;
using Microsoft.Extensions.Options;

namespace Headroom.Silo.Hosting;

/// <summary>
/// Keeps a host from being served by two silos, and a dead silo from keeping the living out: looks at the other rows of
/// the membership table once this silo has written its own, and before it becomes active.
/// </summary>
/// <remarks>
/// A row of the same host: when somebody listens at its address, this silo ends. When nobody does, its silo has ended
/// without saying so (it was killed, and this is its successor on another port), and is declared dead. A row at the
/// same address Orleans itself declares dead.
/// A row of another host that has not been renewed for long, and where nobody listens: after all silos were killed at
/// once, the ones that come back must not wait for those that do not.
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
            bool serves = row.Status is SiloStatus.Joining or SiloStatus.Active;
            if (!serves || row.SiloAddress.Endpoint.Equals(local.SiloAddress.Endpoint))
            {
                continue;
            }

            bool sameHost = row.SiloName == local.Name;
            if (!sameHost && !IsStale(row))
            {
                continue;
            }

            Listener listener = await AskAsync(row.SiloAddress.Endpoint, cancellationToken);
            if (listener == Listener.None || (!sameHost && listener == Listener.Silent))
            {
                LogDeclaredDead(row.SiloAddress.Endpoint, row.SiloName);
                await membership.TryKill(row.SiloAddress);
                obstacle = $"The silo at {row.SiloAddress.Endpoint} is gone and could not be declared dead.";
            }
            else if (sameHost)
            {
                string line = $"Host {local.Name} is served by the silo at {row.SiloAddress.Endpoint} already: "
                    + "stop that one first, or set another Headroom:Host:Name.";
                obstacle = listener == Listener.Silent ? line : throw new HostTakenException(line);
            }
        }

        return obstacle;
    }

    private bool IsStale(MembershipEntry row)
    {
        DateTime seen = row.IAmAliveTime > row.StartTime ? row.IAmAliveTime : row.StartTime;
        TimeSpan limit = options.Value.IAmAliveTablePublishTimeout * options.Value.NumMissedTableIAmAliveLimit;
        return time.GetUtcNow().UtcDateTime - seen > limit;
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
