using Headroom.Adaptors.Tests;
using Headroom.Support;
using Xunit;

[assembly: AssemblyFixture(typeof(SharedSilo))]

namespace Headroom.Adaptors.Tests;

/// <summary>
/// One silo for all tests that do not end it; each of them has a container of its own there. Without floors, so that a
/// container's limit is what can be leased; and who waits at SafeToFail does so for longer than any test needs.
/// </summary>
public sealed class SharedSilo : IAsyncLifetime
{
    /// <summary>How long a request at SafeToFail waits here.</summary>
    public const int WaitSeconds = 40;

    /// <summary>The host of a silo with <see cref="Settings"/>.</summary>
    public const string Host = "adaptor-host";

    private SiloProcess? _silo;
    private int _containers;

    /// <summary>Settings of a silo without floors.</summary>
    public static string[] Settings =>
    [
        $"--Headroom:Host:Name={Host}", "--Headroom:Host:CapacityBytes=2147483648",
        .. from level in (string[])["Optional", "SafeToFail", "RiskyToFail"]
           from budget in (string[])["Host", "Container"]
           select $"--Headroom:Urgency:{level}:{budget}FloorPercent=0",
    ];

    public async ValueTask InitializeAsync() => _silo = await SiloProcess.StartAsync(
        [.. Settings, $"--Headroom:Urgency:SafeToFail:WaitSeconds={WaitSeconds}"]);

    public async ValueTask DisposeAsync()
    {
        if (_silo is not null)
        {
            await _silo.DisposeAsync();
        }
    }

    /// <summary>A new container with a limit.</summary>
    internal Task<LimitedContainer> LimitAsync(long limitBytes) => LimitedContainer.DeclareAsync(
        _silo!,
        Host,
        $"container-{Interlocked.Increment(ref _containers)}",
        limitBytes,
        TimeSpan.FromSeconds(WaitSeconds + 10));
}
