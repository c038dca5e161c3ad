using System.Threading.Channels;
using Headroom.Samples.Journal.Engine;

namespace Headroom.Samples.Journal.Cache;

/// <summary>
/// Notices readers that go through a file block by block, and reads the next blocks before they ask. When it is
/// behind, it skips: it is only ever an optimisation.
/// </summary>
internal sealed class ReadAhead : IAsyncDisposable
{
    private const int QueuedBlocks = 64;

    // Scans that are noticed at the same time; a reader whose place was taken over by others is noticed anew.
    private const int Streams = 16;

    private readonly Lock _lock = new();
    private readonly BlockKey[] _last = new BlockKey[Streams];
    private readonly Channel<BlockKey> _queue = Channel.CreateBounded<BlockKey>(
        new BoundedChannelOptions(QueuedBlocks) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    private readonly int _blocks;
    private readonly Func<BlockKey, bool> _load;
    private readonly Task _loop;
    private int _next;
    private volatile bool _stopped;

    /// <summary>Starts.</summary>
    /// <param name="blocks">How far to read ahead; 0 for not at all.</param>
    /// <param name="load">Loads a block if that is possible without giving up another.</param>
    internal ReadAhead(int blocks, Func<BlockKey, bool> load)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(blocks);
        _blocks = blocks;
        _load = load;
        _loop = blocks == 0 ? Task.CompletedTask : Task.Run(RunAsync);
    }

    /// <summary>Is told each block that was read.</summary>
    internal void Passed(BlockKey block)
    {
        if (_blocks == 0 || !IsSequential(block))
        {
            return;
        }

        for (int ahead = 1; ahead <= _blocks; ahead++)
        {
            _queue.Writer.TryWrite(block with { Number = block.Number + ahead });
        }
    }

    /// <summary>Stops, and drops what was queued.</summary>
    public async ValueTask DisposeAsync()
    {
        _stopped = true;
        _queue.Writer.TryComplete();
        await _loop;
    }

    private bool IsSequential(BlockKey block)
    {
        lock (_lock)
        {
            for (int at = 0; at < Streams; at++)
            {
                if (_last[at].File == block.File && block.Number - _last[at].Number is 0 or 1)
                {
                    bool moved = block.Number != _last[at].Number;
                    _last[at] = block;
                    return moved;
                }
            }

            _last[_next] = block;
            _next = (_next + 1) % Streams;
            return false;
        }
    }

    private async Task RunAsync()
    {
        while (!_stopped && await _queue.Reader.WaitToReadAsync())
        {
            while (_queue.Reader.TryRead(out BlockKey block) && !_stopped)
            {
                try
                {
                    _load(block);
                }
                catch (Exception failed) when (
                    failed is IOException or JournalCorruptException or ObjectDisposedException)
                {
                    // The reader that comes for this block sees the same, where it can be told.
                    continue;
                }
            }
        }
    }
}
