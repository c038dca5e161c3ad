using Headroom.Contracts;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Xunit;

namespace Headroom.Client.Tests.Silo;

/// <summary>Through Orleans: a private client, a loopback gateway, real serialisation.</summary>
public sealed class SiloTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ConnectAsync_SiloUp_LeasesByCreditAndByRequestAndGivesAllBack()
    {
        await using var silo = new SiloFixture();
        await silo.StartAsync(Token);
        HeadroomClient budget = await HeadroomClient.ConnectAsync(silo.Options, cancellationToken: Token);
        ISubsystem journal = budget.Subsystem("journal");

        MemoryLease asked = await journal.AcquireAsync(5000, Urgency.RiskyToFail, Token);
        MemoryLease taken = default;
        await UntilAsync(() => journal.TryAcquire(100, Urgency.Optional, out taken), "credit arrived");

        BudgetStatus status = budget.GetStatus();
        Assert.True(status.Connected);
        Assert.Equal([100, 0, 5000, 0], status.LeasedBytes);
        Assert.True(silo.Books.ChargedBytes >= 5100);
        Assert.Equal(Environment.ProcessId, silo.Books.LastOpened!.ProcessId);
        asked.Dispose();
        taken.Dispose();
        await budget.DisposeAsync();
        Assert.Equal(0, silo.Books.ChargedBytes);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task AcquireAsync_Refused_CarriesTheAnswerOfTheGrain(bool atOnce)
    {
        await using var silo = new SiloFixture();
        await silo.StartAsync(Token);
        HeadroomOptions options = silo.Options;

        // Credit that arrives meanwhile would serve it after all.
        options.MaxIdleCreditBytes = 0;
        await using HeadroomClient budget = await HeadroomClient.ConnectAsync(options, cancellationToken: Token);
        silo.Books.NextIsAtOnce = atOnce;
        silo.Books.Next = new LeaseAnswer
        {
            Outcome = (byte)Outcome.Refused,
            RefusedBy = "host node-1",
            AvailableBytes = -7,
            RetryAfter = TimeSpan.FromSeconds(2),
            Rungs = [new RungTrial { Rung = (byte)Rung.Host, AvailableBytes = -7 }],
        };

        // More than is ever held as credit.
        MemoryRefusedException e = await Assert.ThrowsAsync<MemoryRefusedException>(
            () => budget.Subsystem("journal").AcquireAsync(300_000, Urgency.SafeToFail, Token).AsTask());

        Assert.Equal(("host node-1", -7L, TimeSpan.FromSeconds(2)), (e.RefusedBy, e.AvailableBytes, e.RetryAfter));
        Assert.Equal(new RungAttempt(Rung.Host, -7), Assert.Single(e.Rungs));
    }

    [Fact]
    public async Task AcquireMustSucceedAsync_SiloStoppedAndStarted_GoesOnByItself()
    {
        await using var silo = new SiloFixture();
        await silo.StartAsync(Token);
        await using HeadroomClient budget = await HeadroomClient.ConnectAsync(silo.Options, cancellationToken: Token);
        ISubsystem journal = budget.Subsystem("journal");
        using MemoryLease before = await journal.AcquireAsync(700, Urgency.SafeToFail, Token);
        MemoryLease credit = default;
        await UntilAsync(() => journal.TryAcquire(10, Urgency.Optional, out credit), "credit arrived");

        await silo.StopAsync(Token);
        silo.Books.Restart();
        Assert.True(journal.TryAcquire(10, Urgency.Optional, out MemoryLease meanwhile));
        Task<MemoryLease> asked = journal.AcquireMustSucceedAsync(300_000, "commit", Token).AsTask();
        MemoryRefusedException e = await Assert.ThrowsAsync<MemoryRefusedException>(
            () => journal.AcquireAsync(300_000, Urgency.Optional, Token).AsTask());
        Assert.Equal(RefusalReason.AuthorityUnavailable, e.Reason);
        Assert.False(asked.IsCompleted);
        await silo.StartAsync(Token);

        using MemoryLease lease = await asked.WaitAsync(Patience, Token);

        BudgetStatus status = budget.GetStatus();
        Assert.Equal(2, status.Epoch);
        Assert.Equal([20, 700, 0, 300_000], status.LeasedBytes);
        Assert.Equal(0, status.LostBytes);
        credit.Dispose();
        meanwhile.Dispose();
    }

    // A node's own silo may be away for longer than a session lives, as in an upgrade.
    [Fact]
    public async Task ConnectAsync_OwnGatewayAway_UsesTheStandInAndComesHome()
    {
        await using var own = new SiloFixture();
        await using var standIn = new SiloFixture();
        await standIn.StartAsync(Token);
        HeadroomOptions options = own.Options;
        options.StandInGateway = standIn.Options.Gateway;
        await using HeadroomClient budget =
            await HeadroomClient.ConnectAsync(options, cancellationToken: Token).WaitAsync(Patience, Token);
        ISubsystem journal = budget.Subsystem("journal");
        using MemoryLease away = await journal.AcquireAsync(5000, Urgency.SafeToFail, Token);
        Assert.True(standIn.Books.ChargedBytes >= 5000);

        await own.StartAsync(Token);

        // More than is ever held as credit, so that each of them asks.
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Token);
        limit.CancelAfter(Patience);
        do
        {
            using MemoryLease lease = await journal.AcquireMustSucceedAsync(300_000, "commit", limit.Token);
        }
        while (own.Books.LastOpened is null);
        using MemoryLease home = await journal.AcquireMustSucceedAsync(300_000, "commit", limit.Token);
        Assert.True(own.Books.ChargedBytes >= 300_000);
    }

    // The authority reaches the client through the observer of its opening, also after the silo was replaced.
    [Fact]
    public async Task Nudge_ThroughTheObserver_LeasesAskedBackAreGivenBackAtOnce()
    {
        await using var silo = new SiloFixture();
        await silo.StartAsync(Token);
        await using HeadroomClient budget = await HeadroomClient.ConnectAsync(silo.Options, cancellationToken: Token);
        ISubsystem cache = budget.Subsystem("cache");
        for (int round = 0; round < 2; round++)
        {
            MemoryLease lease = await cache.AcquireAsync(5000, Urgency.SafeToFail, Token).AsTask().WaitAsync(
                Patience, Token);
            var asked = new TaskCompletionSource<ReclaimRequest>();
            using (cache.OnReclaim(request =>
            {
                lease.Dispose();
                asked.TrySetResult(request);
            }))
            {
                silo.Books.AskBack(Urgency.RiskyToFail, 1000);
                Assert.Null(await Record.ExceptionAsync(
                    () => silo.Books.LastOpened!.Observer!.NudgeAsync(budget.GetStatus().Session)));
                ReclaimRequest request = await asked.Task.WaitAsync(Patience, Token);
                Assert.Equal((4000L, Urgency.RiskyToFail), (request.Bytes, request.Below));
                await UntilAsync(() => silo.Books.ChargedBytes < 5000, "it was given back");
            }

            silo.Books.AskBack(Urgency.Optional, 0);
            if (round == 0)
            {
                await silo.StopAsync(Token);
                silo.Books.Restart();
                await silo.StartAsync(Token);
                await UntilAsync(() => budget.GetStatus().Epoch == 2, "it was opened again");
            }
        }
    }

    [Fact]
    public async Task AddHeadroom_HostStartedBeforeTheSilo_ConnectsWhenItComes()
    {
        await using var silo = new SiloFixture();
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddHeadroom(o =>
        {
            o.Container = "orders";
            o.Host = "node-1";
            o.Gateway = silo.Options.Gateway;
        });
        using IHost app = builder.Build();
        await app.StartAsync(Token);
        IMemoryBudget budget = app.Services.GetRequiredService<IMemoryBudget>();
        Assert.False(budget.GetStatus().Connected);

        await silo.StartAsync(Token);
        await budget.WaitUntilReadyAsync(Token).WaitAsync(Patience, Token);
        MemoryLease lease = await budget.Subsystem("journal").AcquireAsync(10, Urgency.SafeToFail, Token);
        lease.Dispose();
        await app.StopAsync(Token);

        Assert.Equal(0, silo.Books.ChargedBytes);
        Assert.Null(app.Services.GetService<IGrainFactory>());
    }

    private static async Task UntilAsync(Func<bool> condition, string what)
    {
        using var deadline = new CancellationTokenSource(Patience);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(2));
        while (!condition())
        {
            Assert.False(deadline.IsCancellationRequested, $"Within {Patience}, it was expected that {what}.");
            await timer.WaitForNextTickAsync(Token);
        }
    }
}
