using System.Text.Json;
using Headroom.Support;
using Xunit;

namespace Headroom.Silo.Tests.Http;

/// <summary>The same mistakes against a real silo: nothing is created, changed or leased by them.</summary>
[Trait("Kind", "Process")]
public sealed class SiloBadInputTests(SiloFixture fixture) : BadInputContract, IClassFixture<SiloFixture>
{
    private static readonly string[] Settled =
        ["capacityBytes", "reserveBytes", "pledgedBytes", "allottedBytes", "leasedBytes", "containers"];

    internal override Uri Address => fixture.Silo.Address;

    internal override string Host => SiloFixture.HostName;

    // What the machine itself uses changes all the time.
    internal override async Task<string> StateAsync()
    {
        SiloProcess silo = fixture.Silo;
        JsonElement host = JsonElement.Parse(await silo.Http.GetStringAsync(
            new Uri($"/v1/hosts/{Host}", UriKind.Relative), TestContext.Current.CancellationToken));
        return string.Join(' ', Settled.Select(name => $"{name}={host.GetProperty(name).GetRawText()}"));
    }
}
