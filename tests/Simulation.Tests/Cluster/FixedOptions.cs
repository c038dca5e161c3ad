using Microsoft.Extensions.Options;

namespace Headroom.Simulation.Tests.Cluster;

/// <summary>Named options that never change.</summary>
internal sealed class FixedOptions<T>(Func<string, T> named) : IOptionsMonitor<T>
{
    public T CurrentValue => named(string.Empty);

    public T Get(string? name) => named(name ?? string.Empty);

    public IDisposable? OnChange(Action<T, string?> listener) => null;
}
