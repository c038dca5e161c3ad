using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Headroom.Adaptors.Tests.AspNetCore;

/// <summary>Endpoints of controllers are admitted as those of delegates are.</summary>
[Trait("Kind", "Process")]
public sealed class ControllerTests(SharedSilo silo)
{
    private const long Mebibyte = 1L << 20;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task MapControllers_RequireHeadroom_AdmitsAndRefusesTheirRequests()
    {
        LimitedContainer container = await silo.LimitAsync(2 * Mebibyte);
        await using WebServer server = await WebServer.StartAsync(
            container,
            application => application.MapControllers().RequireHeadroom(
                "work", context => int.Parse(context.Request.Query["mebibytes"]!) * Mebibyte, Urgency.Optional),
            services => services.AddControllers().AddApplicationPart(typeof(ControllerTests).Assembly));
        using HttpClient client = server.Connect();

        Assert.Equal($"{Mebibyte}", await client.GetStringAsync("/reports?mebibytes=1", Stop));
        using HttpResponseMessage refused = await client.GetAsync("/reports?mebibytes=3", Stop);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        await container.Api.AssertNothingLeasedAsync();
    }
}
