using Headroom.Support;
using Xunit;

namespace Headroom.Silo.Tests.Http;

/// <summary>A real silo, as a process of its own, for the tests of one class.</summary>
public sealed class SiloFixture : IAsyncLifetime
{
    public const string HostName = "bad-input-host";

    internal SiloProcess Silo { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Silo = await SiloProcess.StartAsync($"--Headroom:Host:Name={HostName}");

    public ValueTask DisposeAsync() => Silo.DisposeAsync();
}
