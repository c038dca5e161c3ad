using Xunit;

namespace Headroom.Client.Tests;

public sealed class FirstAttemptsTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private static CancellationToken Token => BudgetFixture.Token;

    [Fact]
    public async Task Acquire_Alone_IsOneMessageAndNoCarefulRequest()
    {
        await using BudgetFixture fixture = await OpenAsync();

        MemoryLease lease = await fixture.Cache.AcquireAsync(5000, Urgency.SafeToFail, Token);

        Assert.Equal(5000, lease.Bytes);
        Assert.Equal(5000, fixture.ChargedBytes);
        Assert.Single((await NextBatchAsync(fixture)).Asks);
        Assert.False(fixture.Authority.Asked.TryRead(out _));
        lease.Dispose();
        await fixture.UntilAsync(() => fixture.ChargedBytes == 0, "the lease was released");
    }

    [Fact]
    public async Task Acquire_WhileMessagesAreUnderWay_ShareTheNextOne()
    {
        await using BudgetFixture fixture = await OpenAsync();
        fixture.Authority.BatchGate = new TaskCompletionSource();
        var asked = new List<Task<MemoryLease>>();
        var alone = new List<AttemptBatch>();
        for (int i = 0; i < 2; i++)
        {
            asked.Add(fixture.Cache.AcquireAsync(10, Urgency.SafeToFail, Token).AsTask());
            alone.Add(await NextBatchAsync(fixture));
        }

        asked.AddRange(Enumerable.Range(0, 8).Select(
            _ => fixture.Cache.AcquireAsync(10, Urgency.SafeToFail, Token).AsTask()));
        Assert.False(fixture.Authority.Batches.TryRead(out _));

        fixture.Authority.BatchGate.SetResult();
        await Task.WhenAll(asked).WaitAsync(Patience, Token);

        AttemptBatch shared = await NextBatchAsync(fixture);
        Assert.Equal([1, 1, 8], alone.Append(shared).Select(batch => batch.Asks.Count));
        Assert.Equal([1, 2, 3], alone.Append(shared).Select(batch => batch.First));
        Assert.Equal(100, fixture.ChargedBytes);
    }

    [Fact]
    public async Task Acquire_Unanswered_IsAskedCarefullyWithTheSameIdAndChargedOnce()
    {
        await using BudgetFixture fixture = await OpenAsync();
        fixture.Authority.Mode = FakeAuthority.Behaviour.LoseAnswer;
        Task<MemoryLease> asked = fixture.Cache.AcquireAsync(5000, Urgency.SafeToFail, Token).AsTask();
        AttemptBatch first = await NextBatchAsync(fixture);
        fixture.Authority.Mode = FakeAuthority.Behaviour.Answer;

        using MemoryLease lease = await fixture.ResultAsync(asked, "it was asked for carefully");

        Assert.Equal(first.Asks[0].Command.RequestId, (await fixture.NextAskAsync()).Command.RequestId);
        Assert.Equal(5000, fixture.ChargedBytes);
    }

    [Fact]
    public async Task Acquire_ToBeAskedCarefully_GoesOnWithTheSameId()
    {
        await using BudgetFixture fixture = await OpenAsync();
        fixture.Authority.Script.Enqueue(new LeaseDecision { Outcome = Outcome.Waiting });

        using MemoryLease lease = await fixture.Cache.AcquireAsync(10, Urgency.SafeToFail, Token);

        Assert.Equal(
            (await NextBatchAsync(fixture)).Asks[0].Command.RequestId,
            (await fixture.NextAskAsync()).Command.RequestId);
    }

    // A grain of the application, say, whose turn lasts long: others are not to wait for it.
    [Fact]
    public async Task Acquire_FirstCallersSchedulerIsBusy_OthersAreServed()
    {
        await using BudgetFixture fixture = await OpenAsync();
        fixture.Authority.BatchGate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var busy = new ManualResetEventSlim();
        Task[] firsts =
        [
            .. Enumerable.Range(0, 2).Select(number => Task.Factory.StartNew(
                () =>
                {
                    _ = fixture.Cache.AcquireAsync(10, Urgency.SafeToFail, Token).AsTask();
                    busy.Wait(Token);
                },
                Token,
                TaskCreationOptions.LongRunning,
                new ConcurrentExclusiveSchedulerPair().ExclusiveScheduler)),
        ];
        await NextBatchAsync(fixture);
        await NextBatchAsync(fixture);
        Task<MemoryLease> other = fixture.Cache.AcquireAsync(10, Urgency.SafeToFail, Token).AsTask();

        fixture.Authority.BatchGate.SetResult();

        using MemoryLease lease = await other.WaitAsync(Patience, Token);
        busy.Set();
        await Task.WhenAll(firsts).WaitAsync(Patience, Token);
    }

    [Fact]
    public async Task Acquire_RefusedForGood_IsNotAskedAgain()
    {
        await using BudgetFixture fixture = await OpenAsync();
        fixture.Authority.Script.Enqueue(new LeaseDecision { Outcome = Outcome.UrgencyNotAllowed, Detail = "policy" });

        MemoryRefusedException refused = await Assert.ThrowsAsync<MemoryRefusedException>(
            async () => await fixture.Cache.AcquireAsync(10, Urgency.RiskyToFail, Token));

        Assert.Equal(RefusalReason.UrgencyNotAllowed, refused.Reason);
        Assert.False(fixture.Authority.Asked.TryRead(out _));
    }

    [Fact]
    public async Task Acquire_SessionUnknown_OpensAnotherOneAndIsGranted()
    {
        await using BudgetFixture fixture = await OpenAsync();
        fixture.Authority.Restart();

        using MemoryLease lease = await fixture.ResultAsync(
            fixture.Cache.AcquireAsync(10, Urgency.SafeToFail, Token).AsTask(), "a new session was granted it");

        Assert.NotEqual(
            (await NextBatchAsync(fixture)).Asks[0].Command.Session, (await fixture.NextAskAsync()).Command.Session);
    }

    [Fact]
    public async Task Acquire_GivenUpUnsent_IsNotSent()
    {
        await using BudgetFixture fixture = await OpenAsync();
        fixture.Authority.BatchGate = new TaskCompletionSource();
        var sent = new List<AttemptBatch>();
        var others = new List<Task<MemoryLease>>();
        for (int i = 0; i < 2; i++)
        {
            others.Add(fixture.Cache.AcquireAsync(10, Urgency.SafeToFail, Token).AsTask());
            sent.Add(await NextBatchAsync(fixture));
        }

        using var stop = new CancellationTokenSource();
        Task<MemoryLease> givenUp = fixture.Cache.AcquireAsync(99, Urgency.SafeToFail, stop.Token).AsTask();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => givenUp);

        fixture.Authority.BatchGate.SetResult();
        await Task.WhenAll(others).WaitAsync(Patience, Token);
        using MemoryLease last = await fixture.Cache.AcquireAsync(7, Urgency.SafeToFail, Token);

        sent.Add(await NextBatchAsync(fixture));
        Assert.Equal([10, 10, 7], sent.SelectMany(batch => batch.Asks).Select(ask => ask.Command.Bytes));
    }

    [Fact]
    public async Task Acquire_GivenUpUnderWay_IsGivenBack()
    {
        await using BudgetFixture fixture = await OpenAsync();
        fixture.Authority.BatchGate = new TaskCompletionSource();
        using var stop = new CancellationTokenSource();
        Task<MemoryLease> givenUp = fixture.Cache.AcquireAsync(99, Urgency.SafeToFail, stop.Token).AsTask();
        Guid id = (await NextBatchAsync(fixture)).Asks[0].Command.RequestId;
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => givenUp);
        fixture.Authority.BatchGate.SetResult();

        await fixture.UntilAsync(
            () => fixture.Authority.Exchanges.TryRead(out ExchangeCommand? exchange) && exchange.Cancelled.Contains(id),
            "the authority heard that it is not wanted");

        await fixture.UntilAsync(() => fixture.ChargedBytes == 0, "what was granted came back");
    }

    [Fact]
    public async Task Exchange_SaysWhichAttemptsAreOver()
    {
        await using BudgetFixture fixture = await OpenAsync();
        for (int i = 0; i < 3; i++)
        {
            using MemoryLease lease = await fixture.Cache.AcquireAsync(10, Urgency.SafeToFail, Token);
        }

        Assert.Equal([0, 1, 2], new[]
        {
            await NextBatchAsync(fixture), await NextBatchAsync(fixture), await NextBatchAsync(fixture),
        }.Select(batch => batch.Settled));
        await fixture.UntilAsync(
            () => fixture.Authority.Exchanges.TryRead(out ExchangeCommand? exchange) && exchange.Settled == 3,
            "an exchange said that all three are over");
    }

    [Fact]
    public async Task Close_WhileUnderWay_TheCallerIsTold()
    {
        BudgetFixture fixture = await OpenAsync();
        fixture.Authority.BatchGate = new TaskCompletionSource();
        Task<MemoryLease> asked = fixture.Cache.AcquireAsync(10, Urgency.SafeToFail, Token).AsTask();
        await NextBatchAsync(fixture);

        await fixture.DisposeAsync();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => asked);
    }

    private static async Task<BudgetFixture> OpenAsync()
    {
        BudgetFixture fixture = await new BudgetFixture(0).OpenAsync();
        fixture.Authority.AnswersAtOnce = true;
        return fixture;
    }

    private static Task<AttemptBatch> NextBatchAsync(BudgetFixture fixture) =>
        fixture.Authority.Batches.ReadAsync(Token).AsTask().WaitAsync(Patience, Token);
}
