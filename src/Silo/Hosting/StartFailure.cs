using System.Data.Common;
using System.Net.Sockets;
using Headroom.Silo.Options;
using Headroom.Silo.Storage;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Headroom.Silo.Hosting;

/// <summary>
/// Turns what an operator can cause at start into lines for the operator. Anything else keeps its stack trace.
/// </summary>
internal static class StartFailure
{
    /// <summary>What to print; null when this is no known mistake of an operator.</summary>
    public static IReadOnlyList<string>? Explain(Exception error, HeadroomSettings settings)
    {
        foreach (Exception cause in Causes(error))
        {
            switch (cause)
            {
                case StoreUnavailableException or HostTakenException:
                    return [cause.Message];
                case DbException database:
                    return [PostgreSqlStore.Explain(database)];
                case OptionsValidationException invalid:
                    return [.. invalid.Failures];
                case RedisConnectionException:
                    string why = FirstLine(cause.Message);
                    return [$"The store of Headroom:Cluster:ConnectionString cannot be reached: {why}"];
                case IOException { InnerException: AddressInUseException }:
                    return [$"{cause.Message.TrimEnd('.')}. Choose another with --urls."];
                case AddressInUseException or SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse }:
                    ClusterSettings cluster = settings.Cluster;
                    string ports = $"{cluster.SiloPort}, {cluster.GatewayPort} and {cluster.MemoryPort}";
                    return [$"One of the ports {ports} is in use."];
                case SocketException { SocketErrorCode: SocketError.AccessDenied or SocketError.AddressNotAvailable }:
                    return [$"An address cannot be listened on: {error.Message}"];
            }
        }

        return null;
    }

    private static string FirstLine(string text) => text.ReplaceLineEndings("\n").Split('\n')[0];

    private static IEnumerable<Exception> Causes(Exception error) => error switch
    {
        AggregateException many => many.InnerExceptions.SelectMany(Causes).Prepend(error),
        { InnerException: { } inner } => Causes(inner).Prepend(error),
        _ => [error],
    };
}
