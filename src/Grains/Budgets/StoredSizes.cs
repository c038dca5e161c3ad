namespace Headroom.Grains.Budgets;

/// <summary>
/// What a host's own silo was set to, for a silo that stands in for it: another machine's sizes mean nothing here.
/// </summary>
[GenerateSerializer, Alias("headroom.StoredSizes")]
internal sealed record StoredSizes
{
    [Id(0)] public long CapacityBytes { get; init; }

    [Id(1)] public long ReserveBytes { get; init; }

    [Id(2)] public long PledgedBytes { get; init; }

    [Id(3)] public long? ContainerLimitBytes { get; init; }

    /// <summary>What is stored of the settings.</summary>
    public static StoredSizes Of(HostDefaults settings) => new()
    {
        CapacityBytes = settings.CapacityBytes,
        ReserveBytes = settings.ReserveBytes,
        PledgedBytes = settings.PledgedBytes,
        ContainerLimitBytes = settings.ContainerLimitBytes,
    };

    /// <summary>The sizes in place of those of this silo's own host.</summary>
    public HostDefaults In(HostDefaults settings) => settings with
    {
        CapacityBytes = CapacityBytes,
        ReserveBytes = ReserveBytes,
        PledgedBytes = PledgedBytes,
        ContainerLimitBytes = ContainerLimitBytes,
    };
}
