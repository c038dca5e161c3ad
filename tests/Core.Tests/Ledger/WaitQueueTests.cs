using Xunit;

namespace Headroom.Core.Tests.Ledger;

public sealed class WaitQueueTests
{
    [Fact]
    public void Highest_OnlyPassingOnesAtAnUrgency_HoldNobodyBack()
    {
        var queue = new WaitQueue();
        queue.Add(Waiter(1, Urgency.MustSucceed, passing: true));
        queue.Add(Waiter(2, Urgency.SafeToFail, passing: false));

        Assert.Equal((int)Urgency.SafeToFail, queue.Highest);
        Assert.Equal(Given.Id(1), queue.FirstPassing(Urgency.MustSucceed)!.Value.Command.RequestId);
        Assert.Equal(10, queue.PassingBytes[Urgency.MustSucceed]);
        Assert.Equal(0, queue.WaitingBytes[Urgency.MustSucceed]);
    }

    [Fact]
    public void NextAbandoned_KeptByAskingAgain_WaitsLonger()
    {
        var queue = new WaitQueue();
        Waiter waiter = Waiter(1, Urgency.SafeToFail, passing: false);
        queue.Add(waiter);

        queue.Keep(waiter, Given.At(9));
        queue.Keep(waiter, Given.At(7));

        Assert.Null(queue.NextAbandoned(Given.At(8)));
        Assert.Same(waiter, queue.NextAbandoned(Given.At(9)));
    }

    [Fact]
    public void Remove_LeavesNothingBehind()
    {
        var queue = new WaitQueue();
        Waiter waiter = Waiter(1, Urgency.RiskyToFail, passing: false);
        queue.Add(waiter);

        queue.Remove(waiter);

        Assert.Equal((0, -1), (queue.Count, queue.Highest));
        Assert.Equal(default, queue.WaitingBytes);
        Assert.Equal(0, waiter.Book.Users);
        Assert.Null(queue.NextAbandoned(TimeSpan.MaxValue));
    }

    private static Waiter Waiter(int id, Urgency urgency, bool passing) => new()
    {
        Command = Given.Lease(id, 10, urgency),
        Book = new SubsystemBook("journal", new SubsystemRow("journal", Urgency.MustSucceed, 0, LastResort.Wait)),
        HostCall = 1,
        Since = TimeSpan.Zero,
        Passing = passing,
        AbandonedAt = Given.At(5),
    };
}
