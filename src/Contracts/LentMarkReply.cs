namespace Headroom.Contracts;

/// <summary>A host's word on what its reserve may lend; durable before it is told.</summary>
[GenerateSerializer, Immutable, Alias("headroom.LentMarkReply")]
public sealed record LentMarkReply
{
    /// <summary>The outcome, as Headroom.Outcome's value.</summary>
    [Id(0)] public required byte Outcome { get; init; }

    /// <summary>The life of the process that lends for this host.</summary>
    [Id(1)] public required long Epoch { get; init; }

    /// <summary>The message that it answers.</summary>
    [Id(2)] public required long Number { get; init; }

    /// <summary>What may be lent in all.</summary>
    [Id(3)] public required long Bytes { get; init; }

    /// <summary>By how much that could still be raised.</summary>
    [Id(4)] public required long LendableBytes { get; init; }

    /// <summary>What the host pledged.</summary>
    [Id(5)] public required long PledgedBytes { get; init; }
}
