using Headroom.Contracts;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;
using Xunit;

namespace Headroom.Grains.Tests.Packing;

/// <summary>Exchanges and their answers through the serializer that carries them.</summary>
public sealed class ExchangeConverterTests : IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection()
        .AddSerializer(serializer => serializer.AddAssembly(typeof(Exchange).Assembly))
        .BuildServiceProvider();

    public static TheoryData<string[], string[]> HoldingsAndWants => new()
    {
        { [], [] },
        { ["a", "b", "c"], [] },
        { ["a", "b", "c"], ["a", "b", "c"] },
        { ["a", "b", "c"], ["b"] },
        { ["a", "b", "c"], ["c", "a"] },
        { ["b"], ["a", "b", "c"] },
        { [], ["x", "x"] },
    };

    [Theory]
    [MemberData(nameof(HoldingsAndWants))]
    public void Exchange_HoldingsAndWants_ComeBackInTheirOrder(string[] held, string[] wanted)
    {
        var exchange = new Exchange
        {
            Session = Guid.NewGuid(),
            Epoch = 3,
            Seen = 1L << 40,
            Holdings = [.. held.Select((name, at) => new Holding
            {
                Subsystem = name,
                CreditBytes = at,
                OptionalBytes = 1,
                SafeToFailBytes = 1L << 45,
                RiskyToFailBytes = -1,
                MustSucceedBytes = 4,
                EmergencyBytes = 5 * at,
            })],
            Wants = [.. wanted.Select((name, at) => new Want
            {
                Subsystem = name, TotalBytes = at << 20, Urgency = (byte)(at % 4),
            })],
            Released = [1, 2, 3],
            Cancelled = [Guid.NewGuid()],
            MustSucceed =
            [
                new MustSucceedUse { Subsystem = "a", Reason = "commit", Requests = 2, OutstandingBytes = 9 },
            ],
            Settled = 77,
        };

        Exchange read = RoundTrip(exchange);

        Assert.Equal(exchange.Holdings, read.Holdings);
        Assert.Equal(exchange.Wants, read.Wants);
        Assert.Equal(exchange.Released, read.Released);
        Assert.Equal(exchange.Cancelled, read.Cancelled);
        Assert.Equal(exchange.MustSucceed, read.MustSucceed);
        Assert.Equal(
            (exchange.Session, exchange.Epoch, exchange.Seen, exchange.Settled),
            (read.Session, read.Epoch, read.Seen, read.Settled));
    }

    [Fact]
    public void Exchange_WithNothingButItsSession_HasEmptyListsAgain()
    {
        Exchange read = RoundTrip(new Exchange { Session = Guid.NewGuid(), Epoch = 1, Seen = 0, Holdings = [] });

        Assert.Empty(read.Holdings);
        Assert.Empty(read.Wants);
        Assert.Empty(read.Released);
        Assert.Empty(read.Cancelled);
        Assert.Empty(read.MustSucceed);
    }

    [Fact]
    public void ExchangeAnswer_ComesBackAsItWas()
    {
        var answer = new ExchangeAnswer
        {
            Outcome = (byte)Outcome.Granted,
            Session = Guid.NewGuid(),
            Epoch = 3,
            Order = 4,
            Entitlements =
            [
                new Entitlement { Subsystem = "a", TotalBytes = 0 },
                new Entitlement
                {
                    Subsystem = "b",
                    TotalBytes = 1L << 45,
                    MaxUrgency = 3,
                    EmergencyBytes = 4096,
                    ReclaimBelow = 2,
                    KeepBytes = 7,
                    State = 1,
                    LoansComeHome = true,
                },
            ],
            Gate = 4,
            ReclaimWithin = TimeSpan.FromSeconds(2),
            Overdue = true,
        };

        ExchangeAnswer read = RoundTrip(answer);

        Assert.Equal(answer.Entitlements, read.Entitlements);
        Assert.Equal(answer with { Entitlements = read.Entitlements }, read);
    }

    public void Dispose() => _services.Dispose();

    private T RoundTrip<T>(T message)
    {
        Serializer<T> serializer = _services.GetRequiredService<Serializer<T>>();
        return serializer.Deserialize(serializer.SerializeToArray(message))!;
    }
}
