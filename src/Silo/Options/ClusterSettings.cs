using System.ComponentModel.DataAnnotations;
using StackExchange.Redis;

namespace Headroom.Silo.Options;

/// <summary>Section <c>Headroom:Cluster</c>: how silos find each other and keep their state.</summary>
internal sealed class ClusterSettings : IValidatableObject
{
    /// <summary>The length of <see cref="Key"/>: what AES-256 and HMAC-SHA-256 take.</summary>
    public const int KeyBytes = 32;

    /// <summary>Where members and state are kept.</summary>
    public ClusterProvider Provider { get; set; } = ClusterProvider.Local;

    /// <summary>The shared store's address. Needed unless <see cref="Provider"/> is Local.</summary>
    [Secret]
    public string? ConnectionString { get; set; }

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
        if (Provider == ClusterProvider.PostgreSql)
        {
            yield return new("Local or Redis; PostgreSql is not supported yet", [nameof(Provider)]);
        }

        if (Provider != ClusterProvider.Local && string.IsNullOrWhiteSpace(ConnectionString))
        {
            yield return new($"needed when Provider is {Provider}", [nameof(ConnectionString)]);
        }

        if (Provider == ClusterProvider.Redis && ConnectionString is { Length: > 0 } address && !IsRedis(address))
        {
            yield return new("the form 'host:port,option=value' of StackExchange.Redis", [nameof(ConnectionString)]);
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
