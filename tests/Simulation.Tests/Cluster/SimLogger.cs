using Microsoft.Extensions.Logging;

namespace Headroom.Simulation.Tests.Cluster;

/// <summary>The log of a silo: into the trace; what is critical is a violation.</summary>
internal sealed class SimLogger<T>(SimCluster cluster, SimSilo silo) : ILogger<T>
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) =>
        logLevel >= LogLevel.Critical || (cluster.Simulator.Trace.Keeps && logLevel >= LogLevel.Information);

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter)
    {
        string line = formatter(state, exception);
        cluster.Tell(silo, exception is null ? line : $"{line} {exception.Message}");
        if (logLevel >= LogLevel.Critical)
        {
            cluster.Violated(exception is LedgerException ? exception.Message : $"a silo's log: {line} {exception}");
        }
    }
}
