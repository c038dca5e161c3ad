namespace Headroom.Silo.Http.Shapes;

/// <summary>What one subsystem used must-succeed for.</summary>
internal sealed record ReasonResource
{
    /// <summary>The subsystem's name.</summary>
    public required string Subsystem { get; init; }

    /// <summary>The named reason; "unspecified" for an HTTP request that gave none.</summary>
    public required string Reason { get; init; }

    /// <summary>Requests granted since this authority began, on whatever rung.</summary>
    public required long Granted { get; init; }

    /// <summary>Requests that wait.</summary>
    public required int Waiting { get; init; }

    /// <summary>Bytes leased, loans included.</summary>
    public required long OutstandingBytes { get; init; }
}
