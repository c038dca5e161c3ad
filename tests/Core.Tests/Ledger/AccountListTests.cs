using Xunit;

namespace Headroom.Core.Tests.Ledger;

public sealed class AccountListTests
{
    private readonly AccountList _accounts = new();

    [Fact]
    public void Accounts_AreInTheOrderOfTheirNames()
    {
        Add("b", "a", "B", "aa");

        Assert.Equal(["B", "a", "aa", "b"], _accounts.Select(account => account.Book.Name));
    }

    [Fact]
    public void Find_RowsInOrder_EachIsAtTheExpectedPlace()
    {
        Add("a", "b", "c");
        int at = 0;

        Assert.Equal("a", _accounts.Find("a", ref at)?.Book.Name);
        Assert.Equal(1, at);
        Assert.Equal("c", _accounts.Find("c", ref at)?.Book.Name);
        Assert.Equal(3, at);
        Assert.Equal("b", _accounts.Find("b", ref at)?.Book.Name);
        Assert.Equal(2, at);
    }

    [Fact]
    public void Find_NoSuchAccount_PlaceStays()
    {
        Add("a", "c");
        int at = 1;

        Assert.Null(_accounts.Find("b", ref at));
        Assert.Null(_accounts.Find("b"));
        Assert.Equal(1, at);
    }

    [Fact]
    public void Remove_OthersStay()
    {
        Add("a", "b", "c");

        _accounts.Remove(_accounts.Find("b")!);

        Assert.Equal(2, _accounts.Count);
        Assert.Null(_accounts.Find("b"));
        Assert.Equal("c", _accounts[1].Book.Name);
    }

    private void Add(params string[] names)
    {
        var session = new Headroom.Session(Guid.NewGuid(), default);
        foreach (string name in names)
        {
            _accounts.Add(new Headroom.Session.Account(
                session, new SubsystemBook(name, new SubsystemRow(name, Urgency.Optional, 0, LastResort.Wait))));
        }
    }
}
