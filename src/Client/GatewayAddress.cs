using System.Globalization;
using System.Net;

namespace Headroom;

/// <summary>Where a gateway is: a name or address, and a port.</summary>
internal readonly record struct GatewayAddress(string Host, int Port)
{
    internal static bool TryParseList(string? text, out IReadOnlyList<GatewayAddress> addresses)
    {
        var found = new List<GatewayAddress>();
        addresses = found;
        foreach (string part in (text ?? "").Split(',', StringSplitOptions.TrimEntries))
        {
            int colon = part.LastIndexOf(':');
            if (colon <= 0
                || !int.TryParse(part.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int port)
                || port is < 1 or > IPEndPoint.MaxPort
                || Uri.CheckHostName(part[..colon]) == UriHostNameType.Unknown)
            {
                return false;
            }

            found.Add(new GatewayAddress(part[..colon].Trim('[', ']'), port));
        }

        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Host}:{Port}");

    internal async Task<IPEndPoint[]> ResolveAsync(CancellationToken cancellationToken)
    {
        int port = Port;
        IPAddress[] addresses = await Dns.GetHostAddressesAsync(Host, cancellationToken);
        return [.. addresses.Select(address => new IPEndPoint(address, port))];
    }
}
