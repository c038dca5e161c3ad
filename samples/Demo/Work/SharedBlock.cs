using Headroom.Samples.Journal.Memory;

namespace Headroom.Samples.Demo.Work;

/// <summary>A block of a file in memory that is freed when its last user is done; the cache is one of them.</summary>
/// <param name="buffer">Its memory, which is the block's own.</param>
/// <param name="bytes">How many bytes of the file it has; less than the memory at the end of a file.</param>
/// <param name="freed">Is told how many bytes were freed.</param>
internal sealed class SharedBlock(LeasedBuffer buffer, int bytes, Action<long> freed)
{
    private UseCount _users = new();

    /// <summary>How many bytes of the file it has.</summary>
    internal int Bytes => bytes;

    /// <summary>Begins a use, unless it was freed.</summary>
    internal bool TryUse() => _users.TryBegin();

    /// <summary>Copies a part of it; only between the begin and the end of a use.</summary>
    internal void CopyTo(int start, Span<byte> target) => buffer.Span.Slice(start, target.Length).CopyTo(target);

    /// <summary>Ends a use.</summary>
    internal void Release()
    {
        if (_users.End())
        {
            buffer.Dispose();
            freed(buffer.Length);
        }
    }
}
