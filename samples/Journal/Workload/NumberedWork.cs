using System.Buffers.Binary;
using Headroom.Samples.Journal.Engine;

namespace Headroom.Samples.Journal.Workload;

/// <summary>
/// Transactions that can be checked after a crash: each says its number in two places, adds a value that follows from
/// the number, and deletes one that is old. Whatever is left has to be what some whole number of transactions left.
/// </summary>
internal sealed class NumberedWork(JournalStore store, int writers, int seed)
{
    // So many of the latest values are kept.
    private const long Kept = 20;
    private const int MaxValueBytes = 6000;

    private readonly long[] _last = new long[writers];

    /// <summary>Checks what is there.</summary>
    /// <returns>The number of the last transaction of each writer; 0 for none.</returns>
    /// <exception cref="JournalCorruptException">What is there is not what whole transactions leave.</exception>
    internal async Task<IReadOnlyList<long>> CheckAsync(CancellationToken cancellationToken)
    {
        int expected = 0;
        for (int writer = 0; writer < writers; writer++)
        {
            long last = await NumberAsync(LastKey(writer), cancellationToken);
            long echo = await NumberAsync(EchoKey(writer), cancellationToken);
            Require(last == echo, $"writer {writer} is at {last} and at {echo}");
            for (long number = Math.Max(1, last - Kept + 1); number <= last; number++)
            {
                byte[]? value = await ReadAsync(ValueKey(writer, number), cancellationToken);
                bool same = value is not null && value.AsSpan().SequenceEqual(Value(writer, number));
                Require(same, $"writer {writer} has no or another value {number} of {last}");
                expected++;
            }

            expected += last > 0 ? 2 : 0;
            _last[writer] = last;
        }

        int keys = store.GetStatistics().Keys;
        Require(keys == expected, $"there are {keys} keys where {expected} were expected");
        return [.. _last];
    }

    /// <summary>Goes on from what was found, until cancelled.</summary>
    /// <param name="acknowledge">Is told writer and number of each transaction once it is durable.</param>
    /// <param name="cancellationToken">Ends it, after the transactions under way.</param>
    internal async Task RunAsync(Action<int, long> acknowledge, CancellationToken cancellationToken)
        => await Task.WhenAll(Enumerable.Range(0, writers).Select(
            writer => Task.Run(() => WriteAsync(writer, acknowledge, cancellationToken), CancellationToken.None)));

    private async Task WriteAsync(int writer, Action<int, long> acknowledge, CancellationToken cancellationToken)
    {
        byte[] bytes = new byte[sizeof(long)];
        while (!cancellationToken.IsCancellationRequested)
        {
            long number = _last[writer] + 1;
            BinaryPrimitives.WriteInt64LittleEndian(bytes, number);
            try
            {
                using Transaction transaction = await store.BeginAsync(CancellationToken.None);
                await transaction.PutAsync(LastKey(writer), bytes, CancellationToken.None);
                await transaction.PutAsync(ValueKey(writer, number), Value(writer, number), CancellationToken.None);
                await transaction.DeleteAsync(ValueKey(writer, number - Kept), CancellationToken.None);
                await transaction.PutAsync(EchoKey(writer), bytes, CancellationToken.None);
                await transaction.CommitAsync();
            }
            catch (MemoryRefusedException refusal) when (refusal.Urgency == Urgency.SafeToFail)
            {
                // The safe place: nothing was begun, and the same number is tried again.
                await Task.Yield();
                continue;
            }

            _last[writer] = number;
            acknowledge(writer, number);
        }
    }

    private async ValueTask<long> NumberAsync(string key, CancellationToken cancellationToken)
        => await ReadAsync(key, cancellationToken) is { } bytes ? BinaryPrimitives.ReadInt64LittleEndian(bytes) : 0;

    private async ValueTask<byte[]?> ReadAsync(string key, CancellationToken cancellationToken)
    {
        using ReadHandle? handle = await store.OpenReadAsync(key, cancellationToken);
        if (handle is null)
        {
            return null;
        }

        byte[] bytes = new byte[handle.Length];
        handle.ReadAll(bytes);
        return bytes;
    }

    private byte[] Value(int writer, long number)
    {
        Random chance = new(unchecked((int)((seed * 31L) + (writer * 1_000_003L) + number)));
        byte[] value = new byte[chance.Next(MaxValueBytes)];
        chance.NextBytes(value);
        return value;
    }

    private static void Require(bool holds, string finding)
    {
        if (!holds)
        {
            throw new JournalCorruptException("the content of the store", 0, finding);
        }
    }

    private static string LastKey(int writer) => $"{writer}/last";

    private static string EchoKey(int writer) => $"{writer}/echo";

    private static string ValueKey(int writer, long number) => $"{writer}/value/{number}";
}
