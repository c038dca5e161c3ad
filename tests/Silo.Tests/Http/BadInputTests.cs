using System.Globalization;
using Xunit;

namespace Headroom.Silo.Tests.Http;

/// <summary>No mistake of a client's gets as far as a grain.</summary>
public sealed class BadInputTests(HttpFixture fixture) : BadInputContract, IClassFixture<HttpFixture>
{
    internal override Uri Address => fixture.Address;

    internal override string Host => GrainDoubles.HostName;

    internal override Task<string> StateAsync() =>
        Task.FromResult(fixture.Grains.Calls.Count.ToString(CultureInfo.InvariantCulture));
}
