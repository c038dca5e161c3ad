namespace Headroom.Contracts;

/// <summary>A host's reserve as it stands.</summary>
[GenerateSerializer, Immutable, Alias("headroom.ReserveView")]
public sealed record ReserveView
{
    /// <summary>The host's name.</summary>
    [Id(0)] public required string Host { get; init; }

    /// <summary>What it pledged to other hosts.</summary>
    [Id(1)] public required long PledgedBytes { get; init; }

    /// <summary>Real bytes lent now.</summary>
    [Id(2)] public required long LentBytes { get; init; }

    /// <summary>What it could still lend.</summary>
    [Id(3)] public required long FreePledgeBytes { get; init; }

    /// <summary>Loans now.</summary>
    [Id(4)] public required int Loans { get; init; }

    /// <summary>Lent bytes by borrower, <c>host/container/subsystem</c>.</summary>
    [Id(5)] public required Dictionary<string, long> Borrowers { get; init; }
}
