namespace Headroom.Silo.Storage;

/// <summary>The event ids of the store: 1400 to 1499.</summary>
internal static class StorageEvents
{
    public const int Reviving = 1400;
    public const int ClosedBroken = 1401;
}
