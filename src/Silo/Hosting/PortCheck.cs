using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Headroom.Silo.Options;

namespace Headroom.Silo.Hosting;

/// <summary>
/// Looks whether the silo's three ports are free before it starts. Orleans binds two of them at the same time and does
/// not say which of them failed, and the line that the operator gets must name the setting.
/// </summary>
internal static class PortCheck
{
    /// <summary>
    /// A fault for each port that is taken, or for an address that is not one of this machine. A port may be taken a
    /// moment later all the same.
    /// </summary>
    public static IReadOnlyList<SettingFault> Run(ClusterSettings cluster)
    {
        IPAddress address = cluster.ParsedAddress();
        return Try(address, port: 0) is not null
            ? [Fault(nameof(cluster.Address), cluster.Address, "an IP address of this machine")]
            :
            [
                .. Taken(address, nameof(cluster.SiloPort), cluster.SiloPort),
                .. Taken(address, nameof(cluster.GatewayPort), cluster.GatewayPort),
                .. Taken(address, nameof(cluster.MemoryPort), cluster.MemoryPort),
            ];
    }

    private static IEnumerable<SettingFault> Taken(IPAddress address, string name, int port) =>
        Try(address, port) is null
            ? []
            : [Fault(name, port.ToString(CultureInfo.InvariantCulture), "a port that is not in use")];

    private static SettingFault Fault(string name, string value, string allowed) =>
        SettingFault.NotAllowed($"{SettingsReader.Root}:Cluster:{name}", value, allowed);

    private static SocketException? Try(IPAddress address, int port)
    {
        try
        {
            using var listener = new TcpListener(address, port);
            listener.Start();
            return null;
        }
        catch (SocketException error)
        {
            return error;
        }
    }
}
