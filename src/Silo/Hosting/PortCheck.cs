using System.Net;
using System.Net.Sockets;
using Headroom.Silo.Options;

namespace Headroom.Silo.Hosting;

/// <summary>
/// Looks whether the silo's three ports are free before it starts. Orleans binds two of them at the same time and does not say
/// which of them failed, and the line that the operator gets must name the setting.
/// </summary>
internal static class PortCheck
{
    /// <summary>A fault for each port that is taken. It may be taken a moment later all the same.</summary>
    public static IReadOnlyList<SettingFault> Run(ClusterSettings cluster) =>
    [
        .. Taken(nameof(cluster.SiloPort), cluster.SiloPort),
        .. Taken(nameof(cluster.GatewayPort), cluster.GatewayPort),
        .. Taken(nameof(cluster.MemoryPort), cluster.MemoryPort),
    ];

    private static IEnumerable<SettingFault> Taken(string name, int port) => IsFree(port)
        ? []
        :
        [
            SettingFault.NotAllowed(
                $"{SettingsReader.Root}:Cluster:{name}",
                FormattableString.Invariant($"{port}"),
                "a port that is not in use"),
        ];

    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
