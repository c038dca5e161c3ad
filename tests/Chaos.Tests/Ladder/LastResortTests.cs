using System.Collections.Concurrent;
using System.Text.Json;
using Headroom.Contracts;
using Xunit;

namespace Headroom.Chaos.Tests.Ladder;

/// <summary>
/// Nothing is left at home and nothing to borrow: what each last resort means for a caller, and how it ends.
/// </summary>
[Trait("Kind", "Process")]
public sealed class LastResortTests(ExhaustedCluster cluster) : IClassFixture<ExhaustedCluster>
{
    private const long Bytes = 2 * FullHost.Piece;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Wait_NothingLeft_ComplainsAndGoesOnUntilItIsGranted(bool home)
    {
        string container = home ? "waits" : "waits-for-a-loan";
        await DeclareAsync(container, "Wait");
        await using HeadroomClient client = await ConnectAsync(container);
        ISubsystem journal = client.Subsystem("journal");
        using Told told = new(journal);
        Task<MemoryLease> asked = journal.AcquireMustSucceedAsync(Bytes, "commit", Stop).AsTask();

        JsonElement[] complaints = await cluster.EventsAsync(container, "lastResort", 3).WaitAsync(Limit, Stop);
        await told.UntilAsync(SubsystemState.Waiting);

        Assert.False(asked.IsCompleted);
        Assert.All(complaints, complaint => Assert.Equal(Bytes, Api.Number(complaint, "bytes")));
        Assert.All(
            complaints, complaint => Assert.Contains("commit", complaint.GetProperty("detail").GetString()));
        DateTimeOffset[] times = [.. complaints.Select(complaint => complaint.GetProperty("time").GetDateTimeOffset())];
        Assert.True(times[2] - times[1] > (times[1] - times[0]) * 0.9, $"ever more often: {string.Join(", ", times)}");
        if (home)
        {
            cluster.Full.Free(Bytes);
        }
        else
        {
            cluster.Full.RepayAll();
        }

        using MemoryLease lease = await asked.WaitAsync(Limit, Stop);
        Assert.Equal(home, lease.RemoteMemory is null);
        await told.UntilAsync(SubsystemState.Normal);
        await cluster.EventsAsync(container, "lifted", 1).WaitAsync(Limit, Stop);
    }

    [Fact]
    public async Task Fallback_NothingLeft_HandsOutTheRegisteredObjectOneLeaseAtATime()
    {
        const string Container = "falls-back";
        await DeclareAsync(Container, "Fallback");
        await using HeadroomClient client = await ConnectAsync(Container);
        ISubsystem journal = client.Subsystem("journal");
        using Told told = new(journal);
        object buffer = new();
        using IDisposable registered = journal.RegisterFallback(buffer);

        MemoryLease first = await AskAsync(journal);

        Assert.Same(buffer, first.Fallback);
        Assert.True(first.IsAcquired);
        Assert.Equal(SubsystemState.Fallback, journal.State);
        await told.UntilAsync(SubsystemState.Fallback);

        // There is only one: the next has it when the first gave it back.
        Task<MemoryLease> second = journal.AcquireMustSucceedAsync(Bytes, "commit", Stop).AsTask();
        await Assert.ThrowsAsync<TimeoutException>(() => second.WaitAsync(2 * Patience, Stop));
        first.Dispose();
        Assert.Null(first.Fallback);
        using MemoryLease next = await second.WaitAsync(Limit, Stop);
        Assert.Same(buffer, next.Fallback);

        cluster.Full.Free(Bytes);
        await told.UntilAsync(SubsystemState.Normal);
        using MemoryLease real = await AskAsync(journal);
        Assert.Null(real.Fallback);
    }

    [Theory]
    [InlineData("ReadOnly", SubsystemState.ReadOnly, RefusalReason.ReadOnly)]
    [InlineData("FailStop", SubsystemState.FailStop, RefusalReason.FailStop)]
    public async Task Refusing_NothingLeft_ThrowsAfterThePatienceAndMemoryLiftsIt(
        string policy, SubsystemState state, RefusalReason reason)
    {
        string container = policy.ToLowerInvariant();
        await DeclareAsync(container, policy);
        var stopped = new ConcurrentQueue<string>();
        await using HeadroomClient client =
            await FullHost.ConnectAsync(cluster.Silo, ExhaustedCluster.Home, container, stopped.Enqueue);
        ISubsystem journal = client.Subsystem("journal");
        using Told told = new(journal);

        long began = TimeProvider.System.GetTimestamp();
        MemoryRefusedException refused = await RefusedAsync(journal);

        Assert.True(TimeProvider.System.GetElapsedTime(began) >= Patience, "impatient");
        Assert.Equal(reason, refused.Reason);
        Assert.Equal(Bytes, refused.RequestedBytes);
        Assert.Contains(refused.Rungs, rung => rung.Rung == Rung.Loan);
        Assert.Equal(state, journal.State);
        await told.UntilAsync(state);
        Assert.Equal(reason, (await RefusedAsync(journal)).Reason);
        Assert.Equal(state == SubsystemState.FailStop ? ["journal"] : [], stopped);

        cluster.Full.Free(Bytes);
        await told.UntilAsync(SubsystemState.Normal);
        using MemoryLease lease = await AskAsync(journal);
        Assert.Null(lease.RemoteMemory);
    }

    [Fact]
    public async Task ReadOnly_AnotherHostLendsAgain_TheNextRequestIsMetAndLiftsIt()
    {
        const string Container = "lent-again";
        await DeclareAsync(Container, "ReadOnly");
        await using HeadroomClient client = await ConnectAsync(Container);
        ISubsystem journal = client.Subsystem("journal");
        using Told told = new(journal);
        await RefusedAsync(journal);
        await told.UntilAsync(SubsystemState.ReadOnly);

        cluster.Full.RepayAll();
        await cluster.UntilLendableAsync(Bytes);

        using MemoryLease lease = await AskAsync(journal);
        Assert.NotNull(lease.RemoteMemory);
        await told.UntilAsync(SubsystemState.Normal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Lift_ByHand_TheNextRequestIsPatientAgain(bool put)
    {
        string container = put ? "lifted-by-put" : "lifted-by-call";
        await DeclareAsync(container, "ReadOnly");
        await using HeadroomClient client = await ConnectAsync(container);
        ISubsystem journal = client.Subsystem("journal");
        using Told told = new(journal);
        await RefusedAsync(journal);
        await told.UntilAsync(SubsystemState.ReadOnly);

        if (put)
        {
            await cluster.PutAsync(container, """{"state":"normal"}""");
        }
        else
        {
            await using GrainClient grains = await GrainClient.ConnectAsync(cluster.Silo);
            string key = $"{ExhaustedCluster.Home}/{container}/journal";
            await grains.Grains.GetGrain<ISubsystemGrain>(key).LiftAsync(Stop);
        }

        await told.UntilAsync(SubsystemState.Normal);
        long began = TimeProvider.System.GetTimestamp();
        Assert.Equal(RefusalReason.ReadOnly, (await RefusedAsync(journal)).Reason);
        Assert.True(TimeProvider.System.GetElapsedTime(began) >= Patience, "impatient");
    }

    private Task<HeadroomClient> ConnectAsync(string container) =>
        FullHost.ConnectAsync(cluster.Silo, ExhaustedCluster.Home, container);

    private async Task DeclareAsync(string container, string lastResort)
    {
        await cluster.ExhaustAsync();
        await cluster.PutAsync(
            container, $$"""{"lastResort":"{{lastResort}}","lastResortAfterSeconds":{{Patience.TotalSeconds}}}""");
    }

    private static Task<MemoryLease> AskAsync(ISubsystem journal) =>
        journal.AcquireMustSucceedAsync(Bytes, "commit", Stop).AsTask().WaitAsync(Limit, Stop);

    private static Task<MemoryRefusedException> RefusedAsync(ISubsystem journal) =>
        Assert.ThrowsAsync<MemoryRefusedException>(() => AskAsync(journal));

    /// <summary>The states that a subsystem's handler was told, in order.</summary>
    private sealed class Told : IDisposable
    {
        private readonly ISubsystem _subsystem;
        private readonly ConcurrentQueue<SubsystemState> _states = new();
        private readonly IDisposable _registration;

        public Told(ISubsystem subsystem)
        {
            _subsystem = subsystem;
            _registration = subsystem.OnStateChange(_states.Enqueue);
        }

        public Task UntilAsync(SubsystemState state) => Api.UntilAsync(
            () => Task.FromResult(_states.LastOrDefault() == state && !_states.IsEmpty && _subsystem.State == state),
            Limit,
            $"told of {state}",
            () => Task.FromResult($"{_subsystem.State}, told of {string.Join(", ", _states)}"));

        public void Dispose() => _registration.Dispose();
    }
}
