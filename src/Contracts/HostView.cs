namespace Headroom.Contracts;

/// <summary>A host as it stands.</summary>
[GenerateSerializer, Immutable, Alias("headroom.HostView")]
public sealed record HostView
{
    /// <summary>The host's name.</summary>
    [Id(0)] public required string Host { get; init; }

    /// <summary>Bytes that Headroom may hand out there.</summary>
    [Id(1)] public required long CapacityBytes { get; init; }

    /// <summary>Bytes that only MustSucceed may use.</summary>
    [Id(2)] public required long ReserveBytes { get; init; }

    /// <summary>The part of the reserve that other hosts may borrow.</summary>
    [Id(3)] public required long PledgedBytes { get; init; }

    /// <summary>Bytes given to containers.</summary>
    [Id(4)] public required long AllottedBytes { get; init; }

    /// <summary>Bytes really in use that no lease stands for.</summary>
    [Id(5)] public required long UntrackedBytes { get; init; }

    /// <summary>Bytes still free for each urgency, 0 to 3.</summary>
    [Id(6)] public required long[] AvailableBytes { get; init; }

    /// <summary>How hard memory is pressed: 0 none, 1 some, 2 high.</summary>
    [Id(7)] public required byte Pressure { get; init; }

    /// <summary>The last observed use of the machine; 0 before the first reading.</summary>
    [Id(8)] public required long UsedBytes { get; init; }

    /// <summary>Names of its containers, sorted.</summary>
    [Id(9)] public required string[] Containers { get; init; }

    /// <summary>
    /// Names of the containers whose readings are wanted: those with allotment, or with a cgroup to read.
    /// </summary>
    [Id(11)] public string[] Watched { get; init; } = [];

    /// <summary>Bytes lent to other hosts.</summary>
    [Id(10)] public long LoanBytes { get; init; }

    /// <summary>Bytes given to containers beyond their allotments, for must-succeed alone.</summary>
    [Id(12)] public long OverdraftBytes { get; init; }
}
