using System.Threading.Channels;
using Headroom.Contracts;
using Headroom.Remote;
using Xunit;

namespace Headroom.Client.Tests.Remote;

/// <summary>Lenders that say what a test wants, and what they were asked.</summary>
internal sealed class LendersDouble : ILenders
{
    private readonly Channel<(string Host, LoanId[] Loans)> _renewals =
        Channel.CreateUnbounded<(string, LoanId[])>();

    private readonly Channel<(string Host, LoanId[] Loans)> _releases =
        Channel.CreateUnbounded<(string, LoanId[])>();

    private volatile bool _fails;

    /// <summary>Whether calls fail from now on.</summary>
    public bool Fails
    {
        get => _fails;
        set => _fails = value;
    }

    /// <summary>What they do not have.</summary>
    public List<(string Host, LoanId Loan)> Gone { get; } = [];

    public ValueTask<RenewLoansAnswer> RenewAsync(string host, LoanId[] loans, CancellationToken cancellationToken)
    {
        Assert.True(_renewals.Writer.TryWrite((host, loans)));
        return Fails
            ? throw new TimeoutException("nobody answers")
            : new(new RenewLoansAnswer
            {
                Gone = [.. loans.Where(loan => Gone.Contains((host, loan)))],
                FreePledgeBytes = 0,
            });
    }

    public ValueTask ReleaseAsync(string host, LoanId[] loans, CancellationToken cancellationToken)
    {
        Assert.True(_releases.Writer.TryWrite((host, loans)));
        return Fails ? throw new TimeoutException("nobody answers") : default;
    }

    /// <summary>Waits for the next renewal.</summary>
    public async Task<(string Host, LoanId[] Loans)> RenewalAsync() =>
        await _renewals.Reader.ReadAsync(TestContext.Current.CancellationToken);

    /// <summary>Waits for the next release.</summary>
    public async Task<(string Host, LoanId[] Loans)> ReleaseAsync() =>
        await _releases.Reader.ReadAsync(TestContext.Current.CancellationToken);
}
