using Headroom.Contracts;
using Xunit;

namespace Headroom.Simulation.Tests.Stories;

public sealed class StoriesOfContainerGrains
{
    // More than half of what a host has.
    private const long Bytes = 40L << 20;

    private static readonly Loan Lent = new()
    {
        Bytes = Bytes,
        Ttl = TimeSpan.FromSeconds(10),
        Parts = [new LoanPart { Host = "h2", Loan = new LoanId(1, 7), Endpoint = "h2:7000", Token = [1, 2, 3] }],
    };

    // Found by seed 1022442: the call that waited was answered before the loan was noted. Its client took the lease for
    // one at home, and used memory there that nobody had booked.
    [Fact]
    public void TwoCallsOfOneRequest_OneBorrows_TheOneThatWaitsHearsOfTheLoanToo()
    {
        var stage = new Stage("h1");
        IContainerBudgetGrain budget = stage.ContainerOf("h1");
        LeaseAttempt attempt = MustSucceed();
        stage.Begin("h1", () => budget.AttemptAsync(MustSucceed(), default));
        stage.Pass(TimeSpan.FromSeconds(1));
        Reply<LeaseAnswer> first = stage.Begin("h1", () => budget.AttemptAsync(attempt, default));
        stage.Pass(TimeSpan.FromSeconds(1));
        Assert.True(first.Answer.Exhausted, "home has room for one only, so the call goes on to other hosts");
        Reply<LeaseAnswer> waits = stage.Begin(
            "h1", () => budget.AttemptAsync(attempt with { LoanTried = true }, default));
        stage.Pass(TimeSpan.FromSeconds(1));
        Assert.False(waits.IsThere, "other hosts have nothing for this call, so it waits");

        Reply<LeaseAnswer> borrows = stage.Begin("h1", () => budget.BorrowedAsync(attempt, Lent, default));
        stage.Pass(TimeSpan.FromSeconds(1));

        Assert.Equal((byte)Rung.Loan, waits.Answer.Rung);
        Assert.Equal(Lent, waits.Answer.Loan);
        Assert.Equal(Lent, borrows.Answer.Loan);
    }

    // It may wait for longer than the story takes.
    private static LeaseAttempt MustSucceed() => new()
    {
        Subsystem = "journal",
        Request = new LeaseRequest
        {
            RequestId = Guid.NewGuid(),
            Bytes = Bytes,
            Urgency = (byte)Urgency.MustSucceed,
            Replicas = 1,
        },
        Patience = TimeSpan.FromSeconds(8),
        Last = false,
    };
}
