using System.Diagnostics.Metrics;
using System.Net;
using Headroom.Contracts;
using Headroom.Silo.Lending;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Headroom.Support;

/// <summary>A lender in this process: real memory and a real server, and no budget around them.</summary>
internal sealed class Lender : IAsyncDisposable
{
    private static readonly TimeSpan Ttl = TimeSpan.FromSeconds(30);

    private readonly ServiceProvider _services;
    private readonly MemoryServer _server;
    private readonly MeterListener _listener = new();
    private readonly Dictionary<string, long> _closed = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private Lender(ServiceProvider services)
    {
        _services = services;
        IMeterFactory meters = services.GetRequiredService<IMeterFactory>();
        var metrics = new LendingMetrics(meters);
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Name == "headroom.lending.closed" && instrument.Meter.Scope == meters)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((_, value, tags, _) =>
        {
            lock (_closed)
            {
                string reason = (string)tags[0].Value!;
                _closed[reason] = _closed.GetValueOrDefault(reason) + value;
                _changed.TrySetResult();
                _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        });
        _listener.Start();
        var place = new IPEndPoint(IPAddress.Loopback, FreePort.Next());
        Memory = new PledgedMemory(
            new MemoryRoom("/proc", "/sys", TimeProvider.System), place.ToString(), TimeProvider.System);
        _server = new MemoryServer(
            place, Memory, metrics, TimeProvider.System, NullLogger<MemoryServer>.Instance);
    }

    /// <summary>Its memory.</summary>
    public PledgedMemory Memory { get; }

    /// <summary>Starts one.</summary>
    public static async Task<Lender> StartAsync()
    {
        var lender = new Lender(new ServiceCollection().AddMetrics().BuildServiceProvider());
        await lender._server.StartingAsync(CancellationToken.None);
        return lender;
    }

    /// <summary>Lends to whoever has the part.</summary>
    public async Task<LoanPart> LendAsync(long number, long bytes) => new()
    {
        Host = $"lender-{Memory.Epoch}",
        Loan = new LoanId(Memory.Epoch, number),
        Endpoint = Memory.Endpoint,
        Token = await Memory.AllocateAsync(number, bytes, TestContext.Current.CancellationToken)
            ?? throw new InvalidOperationException($"There is no room for {bytes} bytes on this machine."),
    };

    /// <summary>A loan of parts that were lent.</summary>
    public static Loan Loan(long bytes, params LoanPart[] parts) => new() { Bytes = bytes, Ttl = Ttl, Parts = parts };

    /// <summary>Connections that ended for a reason, as it was counted.</summary>
    public long Closed(CloseReason reason)
    {
        lock (_closed)
        {
            return _closed.GetValueOrDefault(reason.ToString().ToLowerInvariant());
        }
    }

    /// <summary>Waits until a connection has ended for a reason.</summary>
    public async Task ClosedAsync(CloseReason reason)
    {
        while (true)
        {
            Task changed;
            lock (_closed)
            {
                if (Closed(reason) > 0)
                {
                    return;
                }

                changed = _changed.Task;
            }

            await changed.WaitAsync(TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Ends it as a stop does.</summary>
    public ValueTask StopAsync() => _server.DisposeAsync();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        Memory.Dispose();
        _listener.Dispose();
        await _services.DisposeAsync();
    }
}
