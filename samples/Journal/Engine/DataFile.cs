using Headroom.Samples.Journal.Memory;
using Microsoft.Win32.SafeHandles;

namespace Headroom.Samples.Journal.Engine;

/// <summary>An open data file. Who reads it retains it, so that a compaction can remove it at any time.</summary>
internal sealed class DataFile
{
    private UseCount _users = new();
    private long _durableBytes;

    private DataFile(string path, FileHeader header, SafeFileHandle handle, long durableBytes)
    {
        Path = path;
        Header = header;
        Handle = handle;
        _durableBytes = durableBytes;
        Seed = header.Seed;
    }

    internal string Path { get; }

    internal FileHeader Header { get; }

    internal SafeFileHandle Handle { get; }

    /// <summary>What the checksums of its records start from.</summary>
    internal uint Seed { get; }

    /// <summary>Bytes from its start that are durable and never change again.</summary>
    internal long DurableBytes
    {
        get => Interlocked.Read(ref _durableBytes);
        set => Interlocked.Exchange(ref _durableBytes, value);
    }

    /// <summary>Makes a file with a durable header. Its name is durable once the folder is flushed.</summary>
    internal static DataFile Create(string path, FileHeader header)
    {
        SafeFileHandle handle = File.OpenHandle(
            path, FileMode.Create, FileAccess.ReadWrite, FileShare.Read | FileShare.Delete);
        try
        {
            Span<byte> bytes = stackalloc byte[FileHeader.Bytes];
            header.Write(bytes);
            RandomAccess.Write(handle, bytes, 0);
            RandomAccess.FlushToDisk(handle);
            return new DataFile(path, header, handle, FileHeader.Bytes);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>Opens a file; null when its header is not whole.</summary>
    internal static DataFile? Open(string path)
    {
        SafeFileHandle handle = File.OpenHandle(
            path, FileMode.Open, FileAccess.ReadWrite, FileShare.Read | FileShare.Delete);
        Span<byte> bytes = stackalloc byte[FileHeader.Bytes];
        int read = RandomAccess.Read(handle, bytes, 0);
        if (!FileHeader.TryRead(bytes[..read], out FileHeader header))
        {
            handle.Dispose();
            return null;
        }

        return new DataFile(path, header, handle, RandomAccess.GetLength(handle));
    }

    /// <summary>Keeps the file open; false when nobody uses it any more and it is closed.</summary>
    internal bool TryRetain() => _users.TryBegin();

    /// <summary>Ends one use; the last closes the file.</summary>
    internal void Release()
    {
        if (_users.End())
        {
            Handle.Dispose();
        }
    }

    /// <summary>Cuts the file to what is durable, and makes all of that durable.</summary>
    internal void CutTo(long bytes)
    {
        if (RandomAccess.GetLength(Handle) != bytes)
        {
            RandomAccess.SetLength(Handle, bytes);
        }

        RandomAccess.FlushToDisk(Handle);
        DurableBytes = bytes;
    }
}
