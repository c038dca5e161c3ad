namespace Headroom.Silo.Hosting;

internal sealed partial class StartSummary
{
    [LoggerMessage(
        LogEvents.Started,
        LogLevel.Information,
        "Host {Host} started: capacity {CapacityMebibytes} MiB, "
        + "reserve {ReserveMebibytes} MiB, pledged {PledgedMebibytes} MiB.")]
    private partial void LogHost(string host, long capacityMebibytes, long reserveMebibytes, long pledgedMebibytes);

    [LoggerMessage(
        LogEvents.Listening,
        LogLevel.Information,
        "It listened on {Urls}, gateway port {GatewayPort}, with its store in {Store}.")]
    private partial void LogPlaces(string urls, int gatewayPort, string store);
}
