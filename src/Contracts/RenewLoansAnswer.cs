namespace Headroom.Contracts;

/// <summary>A reserve's answer to a renewal.</summary>
[GenerateSerializer, Immutable, Alias("headroom.RenewLoansAnswer")]
public sealed record RenewLoansAnswer
{
    /// <summary>Those of the named loans that it does not have; their bytes are lost.</summary>
    [Id(0)] public required LoanId[] Gone { get; init; }

    /// <summary>What the reserve could still lend.</summary>
    [Id(1)] public required long FreePledgeBytes { get; init; }
}
