using System.Net;
using System.Net.Sockets;
using Headroom.Silo.Options;
using Headroom.Silo.Storage;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;

namespace Headroom.Silo.Hosting;

/// <summary>Turns what an operator can cause at start into lines for the operator. Anything else keeps its stack trace.</summary>
internal static class StartFailure
{
    /// <summary>What to print; null when this is no known mistake of an operator.</summary>
    public static IReadOnlyList<string>? Explain(Exception error, HeadroomSettings settings)
    {
        foreach (Exception cause in Causes(error))
        {
            switch (cause)
            {
                case StoreUnavailableException:
                    return [cause.Message];
                case OptionsValidationException invalid:
                    return [.. invalid.Failures];
                case IOException { InnerException: AddressInUseException }:
                    return [$"{cause.Message.TrimEnd('.')}. Choose another with --urls."];
                case AddressInUseException or SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse }:
                    return [PortInUse(settings.Cluster)];
                case SocketException { SocketErrorCode: SocketError.AccessDenied or SocketError.AddressNotAvailable }:
                    return [$"An address cannot be listened on: {error.Message}"];
            }
        }

        return null;
    }

    // The silo binds both of its ports and does not say which one failed, so both are tried once more.
    private static string PortInUse(ClusterSettings cluster)
    {
        string name = IsFree(cluster.SiloPort) ? nameof(cluster.GatewayPort) : nameof(cluster.SiloPort);
        int port = IsFree(cluster.SiloPort) ? cluster.GatewayPort : cluster.SiloPort;
        return SettingFault.NotAllowed(
            $"{SettingsReader.Root}:Cluster:{name}",
            FormattableString.Invariant($"{port}"),
            "a port that no other process listens on").ToString();
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port) { ExclusiveAddressUse = true };
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static IEnumerable<Exception> Causes(Exception error) => error switch
    {
        AggregateException many => many.InnerExceptions.SelectMany(Causes).Prepend(error),
        { InnerException: { } inner } => Causes(inner).Prepend(error),
        _ => [error],
    };
}
