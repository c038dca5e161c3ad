namespace Headroom.Remote;

/// <summary>
/// A read, write or ping under way at one lender. Its buffer belongs to the link until <see cref="Outcome"/> is there.
/// </summary>
internal sealed class RemoteFrame
{
    private readonly TaskCompletionSource<FrameOutcome> _outcome =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    private RemoteFrame(MemoryCall call, long offset, int length) => (Call, Offset, Length) = (call, offset, length);

    public MemoryCall Call { get; }

    public long Offset { get; }

    public int Length { get; }

    /// <summary>Where a read's bytes go.</summary>
    public Memory<byte> Target { get; private init; }

    /// <summary>A write's bytes.</summary>
    public ReadOnlyMemory<byte> Source { get; private init; }

    /// <summary>What came of it; never faulted.</summary>
    public Task<FrameOutcome> Outcome => _outcome.Task;

    public static RemoteFrame Read(long offset, Memory<byte> target) =>
        new(MemoryCall.Read, offset, target.Length) { Target = target };

    public static RemoteFrame Write(long offset, ReadOnlyMemory<byte> source) =>
        new(MemoryCall.Write, offset, source.Length) { Source = source };

    public static RemoteFrame Ping() => new(MemoryCall.Ping, 0, 0);

    /// <summary>Says what came of it.</summary>
    public void End(FrameOutcome outcome) => _outcome.TrySetResult(outcome);
}
