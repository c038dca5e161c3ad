using System.Diagnostics.CodeAnalysis;
using System.Net;
using Orleans.Runtime.Placement;

namespace Headroom.Grains.Tests.Placement;

/// <summary>A membership as a test writes it, seen from its first silo.</summary>
internal sealed class SilosDouble : ISiloStatusOracle, IPlacementContext
{
    private readonly Dictionary<SiloAddress, string> _names = [];
    private Dictionary<SiloAddress, SiloStatus> _statuses = [];

    public SiloStatus CurrentStatus => SiloStatus.Active;

    public string SiloName => _names[SiloAddress];

    public SiloAddress SiloAddress => _names.Keys.First();

    public SiloAddress LocalSilo => SiloAddress;

    public SiloStatus LocalSiloStatus => CurrentStatus;

    /// <summary>Adds or changes a silo; a snapshot that was read stays as it is.</summary>
    public SiloAddress Set(string name, int port, SiloStatus status, int generation = 1)
    {
        SiloAddress silo = SiloAddress.New(IPAddress.Loopback, port, generation);
        _names[silo] = name;
        _statuses = new(_statuses) { [silo] = status };
        return silo;
    }

    public Dictionary<SiloAddress, SiloStatus> GetApproximateSiloStatuses(bool onlyActive = false) =>
        onlyActive ? throw new NotSupportedException() : _statuses;

    public bool TryGetSiloName(SiloAddress siloAddress, [NotNullWhen(true)] out string? siloName) =>
        _names.TryGetValue(siloAddress, out siloName);

    public SiloAddress[] GetCompatibleSilos(PlacementTarget target) => GetActiveSilos();

    public SiloAddress[] GetActiveSilos() =>
        [.. _statuses.Where(silo => silo.Value == SiloStatus.Active).Select(silo => silo.Key)];

    public IReadOnlyDictionary<ushort, SiloAddress[]> GetCompatibleSilosWithVersions(PlacementTarget target) =>
        throw new NotSupportedException();

    public SiloStatus GetApproximateSiloStatus(SiloAddress siloAddress) => throw new NotSupportedException();

    public bool IsFunctionalDirectory(SiloAddress siloAddress) => throw new NotSupportedException();

    public bool IsDeadSilo(SiloAddress silo) => throw new NotSupportedException();

    public bool SubscribeToSiloStatusEvents(ISiloStatusListener observer) => throw new NotSupportedException();

    public bool UnSubscribeFromSiloStatusEvents(ISiloStatusListener observer) => throw new NotSupportedException();
}
