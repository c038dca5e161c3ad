namespace Headroom.Grains.Budgets;

/// <summary>A subsystem's declared policy as it is stored.</summary>
[GenerateSerializer, Alias("headroom.StoredSubsystem")]
internal sealed class StoredSubsystem
{
    [Id(0)] public string Name { get; set; } = "";

    [Id(1)] public byte MaxUrgency { get; set; }

    [Id(2)] public long EmergencyCreditBytes { get; set; }

    [Id(3)] public byte LastResort { get; set; }

    /// <summary>Null in records that were written before there was a patience.</summary>
    [Id(4)] public TimeSpan? LastResortAfter { get; set; }

    [Id(5)] public bool LoansComeHome { get; set; }
}
