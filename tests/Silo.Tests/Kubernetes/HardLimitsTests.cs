using System.Threading.Channels;
using Headroom.Contracts;
using Headroom.Silo.Kubernetes.Resize;
using Headroom.Silo.Monitoring;
using Headroom.Silo.Tests.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Xunit;
using HostSettings = Headroom.Silo.Options.HostSettings;

namespace Headroom.Silo.Tests.Kubernetes;

public sealed class HardLimitsTests : IAsyncLifetime
{
    private const string Pod = "shop:orders-0:app";
    private const long Raised = 300;

    private readonly PodLimitsDouble _pods = new() { Limit = 200 };
    private readonly GrainDoubles _grains = new();
    private readonly EarlyRound _rounds = new();
    private readonly FakeTimeProvider _time = new();
    private readonly Channel<ResizeResult> _told = Channel.CreateUnbounded<ResizeResult>();
    private readonly HardLimits _limits;

    public HardLimitsTests()
    {
        _grains.OnResized = result =>
        {
            _told.Writer.TryWrite(result);
            return default;
        };
        _limits = new HardLimits(
            _pods,
            _grains,
            _rounds,
            Microsoft.Extensions.Options.Options.Create(new HostSettings { Name = "node-1" }),
            _time,
            NullLogger<HardLimits>.Instance);
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await _limits.StartAsync(Stop);

    public async ValueTask DisposeAsync()
    {
        await _limits.StopAsync(CancellationToken.None);
        _limits.Dispose();
    }

    [Fact]
    public async Task Want_InEffect_TheBudgetHearsItAndTheCgroupIsReadAtOnce()
    {
        Task asked = _rounds.Begin();
        _limits.Want("node-1", Pod, Raised);
        LimitAsk ask = await _pods.NextAsync(Stop);
        Assert.Equal((Pod, Raised), (ask.Container, ask.LimitBytes));
        Assert.False(asked.IsCompleted);

        ask.Ends(LimitOutcome.InEffect);

        Assert.Equal(new ResizeResult { LimitBytes = Raised }, await _told.Reader.ReadAsync(Stop));
        await asked.WaitAsync(Stop);
        Assert.Contains($"node-1/{Pod} Resized", _grains.Calls);
    }

    [Fact]
    public async Task Want_IsSoAlready_NothingIsChanged()
    {
        _limits.Want("node-1", Pod, 200);

        Assert.Null((await _told.Reader.ReadAsync(Stop)).Refused);
        _limits.Want("node-1", Pod, Raised);
        Assert.Equal(Raised, (await _pods.NextAsync(Stop)).LimitBytes);
    }

    [Fact]
    public async Task Want_OfAnotherHost_IsNotForThisNode()
    {
        _limits.Want("node-2", Pod, Raised);
        _limits.Want("node-1", "shop:other:app", Raised);

        Assert.Equal("shop:other:app", (await _pods.NextAsync(Stop)).Container);
    }

    [Fact]
    public async Task Want_Deferred_TheReasonIsToldAndItIsTriedAgainEverMoreSeldom()
    {
        _limits.Want("node-1", Pod, Raised);
        TimeSpan pause = HardLimits.PauseMin;
        for (int tries = 0; tries < 4; tries++)
        {
            (await _pods.NextAsync(Stop)).Ends(LimitOutcome.Deferred, "the node has no room now");
            Assert.Equal("the node has no room now", (await _told.Reader.ReadAsync(Stop)).Refused);
            Assert.True(await UntilAskedAsync() >= pause);
            pause *= 2;
        }

        (await _pods.NextAsync(Stop)).Ends(LimitOutcome.InEffect);
        Assert.Null((await _told.Reader.ReadAsync(Stop)).Refused);
    }

    [Theory]
    [InlineData(LimitOutcome.Gone)]
    [InlineData(LimitOutcome.NotAllowed)]
    internal async Task Want_CanNeverBe_IsNotTriedAgain(LimitOutcome outcome)
    {
        _limits.Want("node-1", Pod, Raised);
        (await _pods.NextAsync(Stop)).Ends(outcome, "never");
        await _told.Reader.ReadAsync(Stop);

        _time.Advance(HardLimits.PauseMax);
        _limits.Want("node-1", "shop:other:app", Raised);
        Assert.Equal("shop:other:app", (await _pods.NextAsync(Stop)).Container);
    }

    [Fact]
    public async Task Want_AnotherWhileOneIsUnderWay_EndsItAndOnlyTheLastIsTold()
    {
        _limits.Want("node-1", Pod, Raised);
        LimitAsk first = await _pods.NextAsync(Stop);
        _limits.Want("node-1", Pod, 250);
        LimitAsk second = await _pods.NextAsync(Stop);
        Assert.True(first.Answer.Task.IsCanceled);

        second.Ends(LimitOutcome.InEffect);

        Assert.Equal(250, (await _told.Reader.ReadAsync(Stop)).LimitBytes);
    }

    [Fact]
    public async Task Want_OneContainerIsSlow_OthersDoNotWait()
    {
        _limits.Want("node-1", Pod, Raised);
        await _pods.NextAsync(Stop);
        _limits.Want("node-1", "shop:other:app", Raised);
        (await _pods.NextAsync(Stop)).Ends(LimitOutcome.InEffect);

        Assert.Equal(Raised, (await _told.Reader.ReadAsync(Stop)).LimitBytes);
    }

    [Fact]
    public async Task Want_TheBudgetDoesNotAnswer_ItIsToldAgain()
    {
        int calls = 0;
        _grains.OnResized = result =>
        {
            if (++calls == 1)
            {
                throw new InvalidOperationException("as the test wants");
            }

            _told.Writer.TryWrite(result);
            return default;
        };
        _limits.Want("node-1", Pod, Raised);
        (await _pods.NextAsync(Stop)).Ends(LimitOutcome.InEffect);
        _pods.Limit = Raised;

        await UntilAskedAsync();

        Assert.Null((await _told.Reader.ReadAsync(Stop)).Refused);
    }

    // What passes before the pause has begun does not count, so that it may look longer than it is.
    private async Task<TimeSpan> UntilAskedAsync()
    {
        TimeSpan passed = TimeSpan.Zero;
        int before = _pods.Asked + _told.Reader.Count;
        while (_pods.Asked + _told.Reader.Count == before)
        {
            Stop.ThrowIfCancellationRequested();
            _time.Advance(TimeSpan.FromSeconds(1));
            passed += TimeSpan.FromSeconds(1);
            await Task.Yield();
        }

        return passed;
    }
}
