using Headroom.Simulation.Tests.Engine;
using Headroom.Simulation.Tests.World;
using Orleans.Storage;

namespace Headroom.Simulation.Tests.Cluster;

/// <summary>
/// The store that all silos share: a process of its own, which compares ETags; it may be slow, refuse, or do what it is
/// asked without its answer arriving.
/// </summary>
internal sealed class SimStore
{
    // What the clients of both real stores wait for an answer.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    private readonly SimCluster _cluster;
    private readonly Chance _chance;
    private readonly Dictionary<string, StoredHost> _records = new(StringComparer.Ordinal);
    private long _writes;

    internal SimStore(SimCluster cluster, Chance chance)
    {
        (_cluster, _chance) = (cluster, chance);
        Process = new SimProcess(cluster.Simulator, "store", Network.Store, 0);
    }

    internal SimProcess Process { get; }

    /// <summary>What each operation takes at most beyond the ordinary.</summary>
    internal TimeSpan Slow { get; set; }

    /// <summary>The part of operations that is refused.</summary>
    internal double Fails { get; set; }

    /// <summary>The part of writes that is done and whose answer is an error.</summary>
    internal double Misreports { get; set; }

    /// <summary>What is durable of a host now; null before the first write.</summary>
    internal StoredHost? Record(string host) => _records.GetValueOrDefault(host);

    internal Task<StoredHost?> ReadAsync(SimSilo silo, string host) => DoAsync(silo, () => Record(host));

    /// <summary>Writes if the record still is the one that was read, and answers its new ETag.</summary>
    internal Task<string> WriteAsync(SimSilo silo, string host, StoredHost next) => DoAsync(silo, () =>
    {
        if (Record(host)?.Etag != next.Etag)
        {
            throw new InconsistentStateException($"The record of {host} is another one now.", "stored", next.Etag);
        }

        StoredHost written = next with { Etag = $"{++_writes}" };
        _records[host] = written;
        _cluster.Tell(silo, $"stored {host} as {written.Etag}: {Words(written.Table)}");
        _cluster.Stored(host, written);
        _cluster.Moments.Come(Moment.Stored, silo, "write");
        return _chance.Of(Misreports) ? throw new SimStoreException("The answer of the store was lost.") : written.Etag;
    });

    private Task<T> DoAsync<T>(SimSilo silo, Func<T> operation)
    {
        var answer = new TaskCompletionSource<T>();
        _cluster.Simulator.After(
            Limit, () => Reply(() => answer.TrySetException(new SimStoreException("The store did not answer."))));
        _cluster.Network.Send(silo.Process, Process, () => _cluster.Simulator.After(Takes(), () =>
        {
            Action reply;
            try
            {
                T result = _chance.Of(Fails) ? throw new SimStoreException("The store refused.") : operation();
                reply = () => answer.TrySetResult(result);
            }
            catch (Exception error) when (error is SimStoreException or InconsistentStateException)
            {
                reply = () => answer.TrySetException(error);
            }

            _cluster.Network.Send(Process, silo.Process, () => Reply(reply));
        }));
        return answer.Task;

        void Reply(Action reply)
        {
            if (!answer.Task.IsCompleted)
            {
                silo.Process.Post(reply);
            }
        }
    }

    private TimeSpan Takes() => _chance.Between(TimeSpan.FromMicroseconds(50), TimeSpan.FromMilliseconds(2))
        + (Slow > TimeSpan.Zero ? _chance.Between(TimeSpan.Zero, Slow) : TimeSpan.Zero);

    private string Words(HostTable table) => !_cluster.Simulator.Trace.Keeps ? string.Empty : string.Join(
        ", ",
        table.Containers.Select(row => $"{row.Name} epoch {row.Epoch} {row.AllottedBytes}+{row.OverdraftBytes}")
            .Append($"lent {table.LentBytes}"));
}
