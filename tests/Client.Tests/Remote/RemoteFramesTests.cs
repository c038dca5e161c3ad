using Headroom.Remote;
using Xunit;

namespace Headroom.Client.Tests.Remote;

public sealed class RemoteFramesTests
{
    private readonly RemoteFrames _frames = new();

    [Fact]
    public void Rewind_KeepsTheOrderInWhichTheyWereGiven_AndBeginsIdsAnew()
    {
        RemoteFrame[] given = [.. Enumerable.Range(0, 5).Select(i => RemoteFrame.Write(i, new byte[1]))];
        Array.ForEach(given, _frames.Add);
        Assert.Same(given[0], _frames.Send(out _));
        Assert.Same(given[1], _frames.Send(out _));
        Assert.Same(given[2], _frames.Send(out uint third));
        _frames.Take();

        Assert.Empty(_frames.Rewind(_ => true));

        Assert.Equal(2u, third);
        for (uint i = 0; i < 4; i++)
        {
            Assert.Same(given[i + 1], _frames.Send(out uint id));
            Assert.Equal(i, id);
        }
    }

    [Fact]
    public void Rewind_GivesOutWhatIsNotKept()
    {
        RemoteFrame read = RemoteFrame.Read(0, new byte[1]);
        RemoteFrame write = RemoteFrame.Write(0, new byte[1]);
        _frames.Add(read);
        _frames.Add(write);

        Assert.Equal([read], _frames.Rewind(frame => frame.Call == MemoryCall.Write));

        Assert.Same(write, _frames.Send(out _));
        Assert.False(_frames.HasUnsent);
    }

    [Fact]
    public void Answered_OtherThanTheNext_IsNone()
    {
        RemoteFrame write = RemoteFrame.Write(0, new byte[1]);
        _frames.Add(write);
        Assert.Null(_frames.Answered(0));

        _frames.Send(out uint id);

        Assert.Null(_frames.Answered(id + 1));
        Assert.Same(write, _frames.Answered(id));
        _frames.Take();
        Assert.True(_frames.IsEmpty);
        Assert.Null(_frames.Answered(id));
    }
}
