namespace Headroom.Silo.Http.Shapes;

/// <summary>How many, for each urgency.</summary>
internal sealed record CountByUrgency
{
    /// <summary>At urgency Optional.</summary>
    public required int Optional { get; init; }

    /// <summary>At urgency SafeToFail.</summary>
    public required int SafeToFail { get; init; }

    /// <summary>At urgency RiskyToFail.</summary>
    public required int RiskyToFail { get; init; }

    /// <summary>At urgency MustSucceed.</summary>
    public required int MustSucceed { get; init; }

    /// <summary>From a list in the order of the urgencies; what it lacks is 0.</summary>
    public static CountByUrgency From(IReadOnlyList<int> counts) => new()
    {
        Optional = counts.ElementAtOrDefault(0),
        SafeToFail = counts.ElementAtOrDefault(1),
        RiskyToFail = counts.ElementAtOrDefault(2),
        MustSucceed = counts.ElementAtOrDefault(3),
    };
}
