using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Headroom.Kubernetes.Tests;

/// <summary>Keeps what is logged.</summary>
internal sealed class CollectedLog<T> : ILogger<T>
{
    private readonly ConcurrentQueue<(int Id, LogLevel Level, string Text)> _lines = new();

    /// <summary>The lines up to now.</summary>
    public IReadOnlyList<(int Id, LogLevel Level, string Text)> Lines => [.. _lines];

    /// <summary>How many lines have this event id.</summary>
    public int Count(int id) => _lines.Count(line => line.Id == id);

    /// <inheritdoc/>
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    /// <inheritdoc/>
    public bool IsEnabled(LogLevel logLevel) => true;

    /// <inheritdoc/>
    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter) =>
        _lines.Enqueue((eventId.Id, logLevel, formatter(state, exception)));
}
