using System.Net;

namespace Headroom.Silo.Hosting;

internal sealed partial class OneSiloPerHost
{
    [LoggerMessage(
        LogEvents.DeclaredDead,
        LogLevel.Warning,
        "The silo of host {Host} at {Place} had ended without saying so and was declared dead.")]
    private partial void LogDeclaredDead(IPEndPoint place, string host);
}
