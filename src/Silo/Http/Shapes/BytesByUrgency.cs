namespace Headroom.Silo.Http.Shapes;

/// <summary>Bytes for each urgency.</summary>
internal sealed record BytesByUrgency
{
    /// <summary>Bytes at urgency Optional.</summary>
    public required long Optional { get; init; }

    /// <summary>Bytes at urgency SafeToFail.</summary>
    public required long SafeToFail { get; init; }

    /// <summary>Bytes at urgency RiskyToFail.</summary>
    public required long RiskyToFail { get; init; }

    /// <summary>Bytes at urgency MustSucceed.</summary>
    public required long MustSucceed { get; init; }

    /// <summary>From a list in the order of the urgencies; what it lacks is 0.</summary>
    public static BytesByUrgency From(IReadOnlyList<long> bytes) => new()
    {
        Optional = bytes.ElementAtOrDefault(0),
        SafeToFail = bytes.ElementAtOrDefault(1),
        RiskyToFail = bytes.ElementAtOrDefault(2),
        MustSucceed = bytes.ElementAtOrDefault(3),
    };
}
