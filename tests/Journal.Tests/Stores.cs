using System.Text;
using Headroom.Samples.Journal.Engine;
using Headroom.Samples.Journal.Memory;

namespace Headroom.Journal.Tests;

/// <summary>What tests do to a store in a line.</summary>
internal static class Stores
{
    internal static readonly JournalOptions Manual = new() { CompactionSlackBytes = null };

    internal static Task<JournalStore> OpenAsync(string path, JournalOptions? options = null)
        => JournalStore.OpenAsync(path, JournalMemory.Unlimited(), options ?? Manual);

    internal static async Task<long> PutAsync(this JournalStore store, params (string Key, string? Value)[] changes)
    {
        using Transaction transaction = await store.BeginAsync();
        foreach ((string key, string? value) in changes)
        {
            if (value is null)
            {
                await transaction.DeleteAsync(key);
            }
            else
            {
                await transaction.PutAsync(key, Encoding.UTF8.GetBytes(value));
            }
        }

        return await transaction.CommitAsync();
    }

    internal static async Task<byte[]?> BytesAsync(this JournalStore store, string key)
    {
        using ReadHandle? handle = await store.OpenReadAsync(key);
        return handle is null ? null : All(handle);
    }

    internal static async Task<string?> GetAsync(this JournalStore store, string key)
        => await store.BytesAsync(key) is { } bytes ? Encoding.UTF8.GetString(bytes) : null;

    internal static async Task<SortedDictionary<string, string>> ContentAsync(this JournalStore store)
    {
        SortedDictionary<string, string> content = new(StringComparer.Ordinal);
        using Snapshot snapshot = await store.SnapshotAsync("");
        foreach (KeyValuePair<string, Location> entry in snapshot.Entries)
        {
            using ReadHandle handle = await store.OpenReadAsync(entry);
            content.Add(entry.Key, Encoding.UTF8.GetString(All(handle)));
        }

        return content;
    }

    /// <summary>Copies the files as they are: what a process that is killed right now leaves behind.</summary>
    internal static string CopyTo(string source, string target)
    {
        Directory.CreateDirectory(target);
        foreach (string file in Directory.EnumerateFiles(source))
        {
            if (Path.GetFileName(file) != "lock")
            {
                using FileStream from = new(
                    file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
                using FileStream to = File.Create(Path.Combine(target, Path.GetFileName(file)));
                from.CopyTo(to);
            }
        }

        return target;
    }

    internal static string Segment(string path, int number) => Path.Combine(path, $"segment-{number:D10}.journal");

    internal static string Checkpoint(string path, int number)
        => Path.Combine(path, $"checkpoint-{number:D10}.journal");

    private static byte[] All(ReadHandle handle)
    {
        byte[] bytes = new byte[handle.Length];
        handle.ReadAll(bytes);
        return bytes;
    }
}
