using Headroom.Support;
using Xunit;

namespace Headroom.Silo.Tests.Http;

/// <summary>A real silo of a host so small that a test fills it: 200 MiB, 40 of them reserved.</summary>
public sealed class SmallSiloFixture : IAsyncLifetime
{
    public const string HostName = "small";
    public const long Mebibyte = 1L << 20;

    internal SiloProcess Silo { get; private set; } = null!;

    internal SiloApi Api => new(Silo, HostName);

    public async ValueTask InitializeAsync() => Silo = await SiloProcess.StartAsync(
        $"--Headroom:Host:Name={HostName}",
        $"--Headroom:Host:CapacityBytes={200 * Mebibyte}",
        $"--Headroom:Host:ReserveBytes={40 * Mebibyte}");

    public ValueTask DisposeAsync() => Silo.DisposeAsync();
}
