using Headroom.Silo.Options;

namespace Headroom.Silo.Storage;

/// <summary>
/// The key that all silos of a cluster share and that seals what is given to clients for safekeeping.
/// </summary>
/// <param name="Bytes">Exactly 32 bytes.</param>
internal sealed record ClusterKey(ReadOnlyMemory<byte> Bytes)
{
    /// <summary>The key as it was set, or the one of the store folder.</summary>
    /// <exception cref="StoreUnavailableException">The key file of the folder is damaged.</exception>
    public static ClusterKey From(ClusterSettings settings, StoreFolder? folder) => (settings.Key, folder) switch
    {
        ({ } text, _) => new(Convert.FromBase64String(text)),
        (null, { } local) => new(local.ReadOrCreateKey()),
        _ => throw new InvalidOperationException("A shared cluster has its key in the settings."),
    };

    /// <summary>Says nothing of the key, so that it never reaches a log.</summary>
    public override string ToString() => nameof(ClusterKey);
}
