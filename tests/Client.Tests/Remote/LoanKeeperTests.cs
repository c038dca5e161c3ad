using System.Threading.Channels;
using Headroom.Contracts;
using Headroom.Remote;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Headroom.Client.Tests.Remote;

public sealed class LoanKeeperTests
{
    private static readonly TimeSpan Ttl = TimeSpan.FromSeconds(30);

    private readonly FakeTimeProvider _time = new();
    private readonly LendersDouble _lenders = new();
    private readonly Channel<(LoanPart Part, string Why)> _lost = Channel.CreateUnbounded<(LoanPart, string)>();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Keep_RenewsWithEachLender_AllItsLoansInOneCall()
    {
        await using LoanKeeper keeper = Keeper();
        keeper.Keep(Loan(1), keeper.Now, Lost);
        keeper.Keep(Loan(2), keeper.Now, Lost);

        _time.Advance(TimeSpan.FromSeconds(10));
        (string Host, LoanId[] Loans)[] calls =
            [.. new[] { await _lenders.RenewalAsync(), await _lenders.RenewalAsync() }.OrderBy(call => call.Host)];

        Assert.Equal(["b", "c"], calls.Select(call => call.Host));
        Assert.All(calls, call => Assert.Equal(
            [new LoanId(7, 1), new LoanId(7, 2)], call.Loans.OrderBy(loan => loan.Number)));
    }

    [Fact]
    public async Task Lost_WhenTheLenderSaysGone_NamesThatPart()
    {
        await using LoanKeeper keeper = Keeper();
        Loan loan = Loan(1);
        _lenders.Gone.Add(("c", new LoanId(7, 1)));
        keeper.Keep(loan, keeper.Now, Lost);

        _time.Advance(TimeSpan.FromSeconds(10));
        (LoanPart part, _) = await _lost.Reader.ReadAsync(Cancel);

        Assert.Equal(loan.Parts[1], part);
        Assert.False(_lost.Reader.TryRead(out _));
    }

    [Fact]
    public async Task Lost_WhenNobodyAnswersInTime_AndStillGivesBack()
    {
        await using LoanKeeper keeper = Keeper();
        _lenders.Fails = true;
        keeper.Keep(Loan(1), keeper.Now, Lost);

        for (int second = 0; second < 26; second++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.False(_lost.Reader.TryRead(out _));
        _time.Advance(TimeSpan.FromSeconds(1));
        string[] lost = [.. new[] { await _lost.Reader.ReadAsync(Cancel), await _lost.Reader.ReadAsync(Cancel) }
            .Select(told => told.Part.Host).Order()];

        Assert.Equal(["b", "c"], lost);
        await _lenders.ReleaseAsync();
    }

    [Fact]
    public async Task Release_TriesUntilItIsAnswered()
    {
        await using LoanKeeper keeper = Keeper();
        Loan loan = Loan(1, "b");
        keeper.Keep(loan, keeper.Now, Lost);
        _lenders.Fails = true;

        keeper.Release(loan);
        await _lenders.ReleaseAsync();
        await keeper.CallsUnderWay();
        Assert.Equal(1, keeper.Count);
        _lenders.Fails = false;
        _time.Advance(TimeSpan.FromSeconds(3));
        await _lenders.ReleaseAsync();
        await keeper.CallsUnderWay();
        keeper.Release(loan);

        Assert.Equal(0, keeper.Count);
        Assert.False(_lost.Reader.TryRead(out _));
    }

    [Fact]
    public async Task DisposeAsync_GivesAllBack()
    {
        LoanKeeper keeper = Keeper();
        keeper.Keep(Loan(1), keeper.Now, Lost);

        await keeper.DisposeAsync();

        string[] hosts = [(await _lenders.ReleaseAsync()).Host, (await _lenders.ReleaseAsync()).Host];
        Assert.Equal(["b", "c"], hosts.Order());
        Assert.Equal(0, keeper.Count);
    }

    private static Loan Loan(long number, params string[] hosts) => new()
    {
        Bytes = 1,
        Ttl = Ttl,
        Parts =
        [
            .. (hosts.Length > 0 ? hosts : ["b", "c"]).Select(host => new LoanPart
            {
                Host = host,
                Loan = new LoanId(7, number),
                Endpoint = "127.0.0.1:1",
                Token = new byte[16],
            }),
        ],
    };

    private LoanKeeper Keeper() => new(_lenders, _time, NullLogger.Instance);

    private void Lost(LoanPart part, string why) => Assert.True(_lost.Writer.TryWrite((part, why)));
}
