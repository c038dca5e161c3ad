namespace Headroom.Simulation.Tests.Cluster;

/// <summary>A grain as seen from one silo.</summary>
internal abstract class GrainAt<TGrain>(SimCluster cluster, SimSilo from, GrainKey key) : IAddressable
{
    protected ValueTask<T> Call<T>(
        string name, Func<TGrain, ValueTask<T>> invoke, CancellationToken cancellationToken) =>
        new GrainCall<TGrain, T>(cluster, from, key, name, invoke).Begin(cancellationToken);

    protected async ValueTask Call(
        string name, Func<TGrain, ValueTask> invoke, CancellationToken cancellationToken) => await Call(
            name,
            async grain =>
            {
                await invoke(grain);
                return true;
            },
            cancellationToken);
}
