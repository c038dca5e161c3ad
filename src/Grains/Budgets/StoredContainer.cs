namespace Headroom.Grains.Budgets;

/// <summary>A container's row as it is stored.</summary>
[GenerateSerializer, Alias("headroom.StoredContainer")]
internal sealed class StoredContainer
{
    [Id(0)] public string Name { get; set; } = "";

    [Id(1)] public long Epoch { get; set; }

    [Id(2)] public long Order { get; set; }

    [Id(3)] public long AllottedBytes { get; set; }

    [Id(4)] public TimeSpan LongestTtl { get; set; }

    [Id(5)] public long? LimitBytes { get; set; }

    [Id(6)] public long GuaranteeBytes { get; set; }

    [Id(7)] public long? MustSucceedQuotaBytes { get; set; }

    [Id(8)] public string Cgroup { get; set; } = "";

    [Id(10)] public long OverdraftBytes { get; set; }

    [Id(11)] public int? MarginPercent { get; set; }

    [Id(12)] public long OwnLimitBytes { get; set; }

    [Id(13)] public long ResizeMaxBytes { get; set; }

    [Id(9)] public List<StoredSubsystem> Subsystems { get; set; } = [];
}
