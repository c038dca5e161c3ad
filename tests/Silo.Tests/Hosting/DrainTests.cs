using Headroom.Silo.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Headroom.Silo.Tests.Hosting;

public sealed class DrainTests
{
    [Fact]
    public async Task Stopping_StepsThatThrow_DoNotKeepTheOthersFromRunning()
    {
        var good = new Step(_ => ValueTask.CompletedTask);
        Drain drain = Of(new FakeTimeProvider(), new Step(_ => throw new InvalidOperationException("broken")), good);

        await drain.StoppingAsync(TestContext.Current.CancellationToken);

        Assert.Equal(1, good.Calls);
    }

    [Fact]
    public async Task Stopping_StepThatHangs_IsLeftWhenTheTimeIsOver()
    {
        var time = new FakeTimeProvider();
        var hangs = new Step(_ => new ValueTask(new TaskCompletionSource().Task));
        Task stopping = Of(time, hangs).StoppingAsync(TestContext.Current.CancellationToken);
        time.Advance(Drain.Limit - TimeSpan.FromTicks(1));
        Assert.False(stopping.IsCompleted);

        time.Advance(TimeSpan.FromTicks(1));

        await stopping.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Stopping_Step_IsToldWhenTheTimeIsOver()
    {
        var time = new FakeTimeProvider();
        var seen = new TaskCompletionSource();
        var patient = new Step(token =>
        {
            token.Register(seen.SetResult);
            return new ValueTask(seen.Task);
        });
        Task stopping = Of(time, patient).StoppingAsync(TestContext.Current.CancellationToken);

        time.Advance(Drain.Limit);

        await stopping.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.True(seen.Task.IsCompletedSuccessfully);
    }

    private static Drain Of(TimeProvider time, params IDrainStep[] steps) =>
        new(steps, time, NullLogger<Drain>.Instance);

    private sealed class Step(Func<CancellationToken, ValueTask> act) : IDrainStep
    {
        public int Calls { get; private set; }

        public ValueTask DrainAsync(CancellationToken cancellationToken)
        {
            Calls++;
            return act(cancellationToken);
        }
    }
}
