using Headroom.Silo.Http.Leases;
using Xunit;

namespace Headroom.Silo.Tests.Http;

public sealed class RequestsUnderWayTests
{
    private readonly RequestsUnderWay _underWay = new();
    private readonly Guid _id = new("00000000-0000-0000-0000-000000000001");
    private int _takenBack;

    [Fact]
    public async Task AbandonAsync_NobodyElseAsks_TakesBackAndForgets()
    {
        await EnterAsync();
        await _underWay.AbandonAsync(_id, TakeBack);

        Assert.Equal(1, _takenBack);
        Assert.Equal(0, _underWay.Count);
    }

    [Fact]
    public async Task AbandonAsync_SomebodyElseStillAsks_LeavesItAlone()
    {
        await EnterAsync();
        await EnterAsync();
        await _underWay.AbandonAsync(_id, TakeBack);
        Assert.Equal(0, _takenBack);

        _underWay.Leave(_id);
        Assert.Equal(0, _underWay.Count);
    }

    [Fact]
    public async Task EnterAsync_WhileItIsTakenBack_WaitsForThat()
    {
        var takingBack = new TaskCompletionSource();
        await EnterAsync();
        Task abandoning = _underWay.AbandonAsync(_id, () => takingBack.Task);
        Task entering = EnterAsync();
        Assert.False(entering.IsCompleted);

        takingBack.SetResult();
        await abandoning;
        await entering;
        Assert.Equal(1, _underWay.Count);
    }

    [Fact]
    public async Task AbandonAsync_TakingBackFails_ForgetsAllTheSame()
    {
        await EnterAsync();
        await Assert.ThrowsAsync<IOException>(() => _underWay.AbandonAsync(_id, () => throw new IOException()));
        Assert.Equal(0, _underWay.Count);
    }

    private Task EnterAsync() => _underWay.EnterAsync(_id, TestContext.Current.CancellationToken);

    private Task TakeBack()
    {
        _takenBack++;
        return Task.CompletedTask;
    }
}
