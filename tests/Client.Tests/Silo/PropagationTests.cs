using System.Diagnostics;
using Headroom.Client.Tests.Telemetry;
using Headroom.Contracts;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Headroom.Client.Tests.Silo;

/// <summary>
/// An application that is itself a silo and traces its grain calls: spans hang together, and its request context is its
/// own.
/// </summary>
public sealed class PropagationTests
{
    private const string OfOrleans = "Microsoft.Orleans.Application";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AcquireAsync_InAGrain_IsAChildOfItsCallAndParentOfTheAuthoritys()
    {
        using var spans = new Spans(OfOrleans);
        await using var authority = new SiloFixture { Traces = true };
        await authority.StartAsync(Token);
        await using var app = new SiloFixture { Traces = true, UsesBudgetOf = authority };
        await app.StartAsync(Token);
        await app.Services.GetRequiredService<IMemoryBudget>().WaitUntilReadyAsync(Token);

        authority.Books.NextIsAtOnce = true;
        authority.Books.Next = new LeaseAnswer { Outcome = (byte)Outcome.Waiting };

        using Activity caller = Spans.Begin();
        await app.Services.GetRequiredService<IGrainFactory>().GetGrain<IAppGrain>(0).WorkAsync(400_000);

        Activity acquire = Assert.Single(spans.In(caller), span => span.Source.Name == "Headroom");
        Activity[] calls = [.. spans.In(caller).Where(span => span.Kind == ActivityKind.Server)];
        Activity work = Assert.Single(calls, span => span.DisplayName.Contains("WorkAsync", StringComparison.Ordinal));
        Activity served = Assert.Single(
            calls, span => span.DisplayName.Contains("/AcquireAsync", StringComparison.Ordinal));
        Assert.Equal(work.SpanId, acquire.ParentSpanId);
        Assert.Equal(acquire.SpanId, served.ParentSpanId);
        Assert.Equal(["traceparent"], authority.Books.RequestContextKeys);
    }

    [Fact]
    public async Task AcquireAsync_NobodyTraces_SendsNothingOfTheApplications()
    {
        await using var authority = new SiloFixture();
        await authority.StartAsync(Token);
        await using var app = new SiloFixture { UsesBudgetOf = authority };
        await app.StartAsync(Token);
        await app.Services.GetRequiredService<IMemoryBudget>().WaitUntilReadyAsync(Token);

        await app.Services.GetRequiredService<IGrainFactory>().GetGrain<IAppGrain>(0).WorkAsync(400_000);

        Assert.Equal((0, 1), (authority.Books.RequestContextKeys.Length, authority.Books.FirstAttempts));
    }
}
