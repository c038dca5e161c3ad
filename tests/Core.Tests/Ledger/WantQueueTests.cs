using Xunit;

namespace Headroom.Core.Tests.Ledger;

public sealed class WantQueueTests
{
    [Fact]
    public void First_SilentOnesBeforeIt_LeaveAllUrgencies()
    {
        var queue = new WantQueue(Given.At(5));
        HostAccount silent = Account("silent", Given.At(0), Urgency.SafeToFail, Urgency.MustSucceed);
        HostAccount alive = Account("alive", Given.At(4), Urgency.SafeToFail);
        queue.Enlist(silent);
        queue.Enlist(alive);

        Assert.Same(alive, queue.First((int)Urgency.SafeToFail, Given.At(6))!.Value);
        Assert.All(silent.Slots, Assert.Null);
        Assert.False(queue.WaitsAbove((int)Urgency.SafeToFail, Given.At(6)));
    }

    [Fact]
    public void Enlist_Again_KeepsThePlaceAndTheCount()
    {
        var queue = new WantQueue(Given.At(5));
        HostAccount first = Account("first", Given.At(0), Urgency.SafeToFail);
        HostAccount second = Account("second", Given.At(0), Urgency.SafeToFail);
        queue.Enlist(first);
        queue.Enlist(second);
        first.Overtaken[(int)Urgency.SafeToFail] = 3;

        queue.Enlist(first);

        Assert.Same(first, queue.First((int)Urgency.SafeToFail, Given.At(0))!.Value);
        Assert.Equal(3, first.Overtaken[(int)Urgency.SafeToFail]);
    }

    [Fact]
    public void Enlist_WantsNothingAnyMore_LeavesAndIsCountedAnew()
    {
        var queue = new WantQueue(Given.At(5));
        HostAccount account = Account("one", Given.At(0), Urgency.SafeToFail);
        queue.Enlist(account);
        account.Overtaken[(int)Urgency.SafeToFail] = 3;
        account.Want = default;

        queue.Enlist(account);

        Assert.Null(queue.First((int)Urgency.SafeToFail, Given.At(0)));
        Assert.Equal(0, account.Overtaken[(int)Urgency.SafeToFail]);
    }

    [Fact]
    public void HasOtherThan_OneAlone_IsNobodyElse()
    {
        var queue = new WantQueue(Given.At(5));
        HostAccount one = Account("one", Given.At(0), Urgency.SafeToFail);
        HostAccount two = Account("two", Given.At(0), Urgency.Optional);
        queue.Enlist(one);
        Assert.False(queue.HasOtherThan(one));
        Assert.True(queue.HasOtherThan(two));

        queue.Enlist(two);
        Assert.True(queue.HasOtherThan(one));
    }

    private static HostAccount Account(string name, TimeSpan heard, params Urgency[] wants)
    {
        var account = new HostAccount(Given.Row(0) with { Name = name }) { HeardAt = heard };
        foreach (Urgency urgency in wants)
        {
            account.Want[urgency] = 1;
        }

        return account;
    }
}
