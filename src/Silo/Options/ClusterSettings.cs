using System.ComponentModel.DataAnnotations;
using System.Net;
using System.Net.Sockets;
using Npgsql;
using StackExchange.Redis;

namespace Headroom.Silo.Options;

/// <summary>Section <c>Headroom:Cluster</c>: how silos find each other and keep their state.</summary>
internal sealed class ClusterSettings : IValidatableObject
{
    /// <summary>The length of <see cref="Key"/>: what AES-256 and HMAC-SHA-256 take.</summary>
    public const int KeyBytes = 32;

    private const string AddressWanted = "an IP address of this machine, such as 192.0.2.7";

    /// <summary>Where members and state are kept.</summary>
    public ClusterProvider Provider { get; set; } = ClusterProvider.Local;

    /// <summary>
    /// The shared store's address, in the form of StackExchange.Redis or of Npgsql. Needed unless
    /// <see cref="Provider"/> is Local.
    /// </summary>
    [Secret]
    public string? ConnectionString { get; set; }

    /// <summary>
    /// The IP address of this machine on which other silos and clients of the SDK reach this silo, and on which it
    /// listens for them. Not a name, and not one that stands for all addresses, because it is told to others as it is.
    /// </summary>
    [Required(ErrorMessage = AddressWanted)]
    public string Address { get; set; } = IPAddress.Loopback.ToString();

    /// <summary>The TCP port on which silos talk to each other. 1 to 65535.</summary>
    [Range(1, 65_535)]
    public int SiloPort { get; set; } = 11_111;

    /// <summary>
    /// The TCP port on which clients of the SDK connect. 1 to 65535, another than <see cref="SiloPort"/>.
    /// </summary>
    [Range(1, 65_535)]
    public int GatewayPort { get; set; } = 30_000;

    /// <summary>
    /// The TCP port on which memory is served to its borrowers. 1 to 65535, another than the two before.
    /// </summary>
    [Range(1, 65_535)]
    public int MemoryPort { get; set; } = 30_001;

    /// <summary>
    /// The key that seals lease ids, the same on all silos: 32 bytes in base64. Null with Local: made once and kept in
    /// the store folder. Needed otherwise.
    /// </summary>
    [Secret]
    public string? Key { get; set; }

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!IsAddress(Address))
        {
            yield return new(AddressWanted, [nameof(Address)]);
        }

        if (Provider != ClusterProvider.Local && string.IsNullOrWhiteSpace(ConnectionString))
        {
            yield return new($"needed when Provider is {Provider}", [nameof(ConnectionString)]);
        }

        if (Provider == ClusterProvider.Redis && ConnectionString is { Length: > 0 } address && !IsRedis(address))
        {
            yield return new("the form 'host:port,option=value' of StackExchange.Redis", [nameof(ConnectionString)]);
        }

        if (Provider == ClusterProvider.PostgreSql && ConnectionString is { Length: > 0 } text && !IsPostgreSql(text))
        {
            yield return new("the form 'Host=...;Database=...;Username=...' of Npgsql", [nameof(ConnectionString)]);
        }

        if (GatewayPort == SiloPort)
        {
            yield return new("another port than SiloPort", [nameof(GatewayPort)]);
        }

        if (MemoryPort == SiloPort || MemoryPort == GatewayPort)
        {
            yield return new("another port than SiloPort and GatewayPort", [nameof(MemoryPort)]);
        }

        Span<byte> bytes = stackalloc byte[KeyBytes + 1];
        bool isKey = Key is not null && Convert.TryFromBase64String(Key, bytes, out int length) && length == KeyBytes;
        if (!isKey && (Key is not null || Provider != ClusterProvider.Local))
        {
            yield return new($"{KeyBytes} bytes in base64", [nameof(Key)]);
        }
    }

    /// <summary><see cref="Address"/>, once it is known to be right.</summary>
    public IPAddress ParsedAddress() => IPAddress.Parse(Address);

    // What is read from a short form, such as "7" for 0.0.0.7, is not what anybody meant.
    private static bool IsAddress(string text) =>
        IPAddress.TryParse(text, out IPAddress? address)
        && (address.AddressFamily == AddressFamily.InterNetworkV6 || address.ToString() == text)
        && !address.Equals(IPAddress.Any)
        && !address.Equals(IPAddress.IPv6Any)
        && !address.Equals(IPAddress.Broadcast);

    private static bool IsPostgreSql(string text)
    {
        try
        {
            return !string.IsNullOrEmpty(new NpgsqlConnectionStringBuilder(text).Host);
        }
        catch (Exception error) when (error is ArgumentException or FormatException or InvalidCastException)
        {
            return false;
        }
    }

    private static bool IsRedis(string text)
    {
        try
        {
            return ConfigurationOptions.Parse(text).EndPoints.Count > 0;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
