namespace Headroom.Silo.Http.Shapes;

/// <summary>What a host lends, as its silo says. Amounts are bytes.</summary>
internal sealed record ReserveResource
{
    /// <summary>What it pledged to other hosts.</summary>
    public required long PledgedBytes { get; init; }

    /// <summary>Real bytes lent.</summary>
    public required long LentBytes { get; init; }

    /// <summary>What it could still lend.</summary>
    public required long FreePledgeBytes { get; init; }

    /// <summary>Loans.</summary>
    public required int Loans { get; init; }

    /// <summary>Lent bytes by borrower: <c>host/container/subsystem</c>.</summary>
    public required IReadOnlyDictionary<string, long> Borrowers { get; init; }
}
