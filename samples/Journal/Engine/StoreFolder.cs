using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Headroom.Samples.Journal.Engine;

/// <summary>The folder of a store: names of its files, its lock, and changes of names made durable.</summary>
internal sealed partial class StoreFolder : IDisposable
{
    private const string SegmentPrefix = "segment-";
    private const string CheckpointPrefix = "checkpoint-";
    private const string Extension = ".journal";
    private const string UnfinishedExtension = ".unfinished";

    private readonly FileStream _lock;

    private StoreFolder(string path, FileStream heldLock)
    {
        Path = path;
        _lock = heldLock;
    }

    internal string Path { get; }

    /// <summary>Opens a folder for one process at a time, and makes it when it is not there.</summary>
    /// <exception cref="IOException">Another process has it open.</exception>
    internal static StoreFolder Open(string path)
    {
        string full = System.IO.Path.GetFullPath(path);
        if (!Directory.Exists(full))
        {
            Directory.CreateDirectory(full);
            Flush(System.IO.Path.GetDirectoryName(full) ?? full);
        }

        try
        {
            string lockPath = System.IO.Path.Combine(full, "lock");
            return new StoreFolder(
                full, new FileStream(lockPath, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException inUse) when (inUse is not (DirectoryNotFoundException or FileNotFoundException))
        {
            throw new IOException($"The store {full} is open in another process.", inUse);
        }
    }

    /// <summary>Where a data file is.</summary>
    internal string PathOf(FileKind kind, long number)
    {
        string prefix = kind == FileKind.Segment ? SegmentPrefix : CheckpointPrefix;
        return System.IO.Path.Combine(
            Path, string.Create(CultureInfo.InvariantCulture, $"{prefix}{number:D10}{Extension}"));
    }

    /// <summary>Where a checkpoint is while it is written.</summary>
    internal string UnfinishedPathOf(long number) => PathOf(FileKind.Checkpoint, number) + UnfinishedExtension;

    /// <summary>The numbers of the data files of a kind, ascending.</summary>
    internal IReadOnlyList<long> Numbers(FileKind kind)
    {
        string prefix = kind == FileKind.Segment ? SegmentPrefix : CheckpointPrefix;
        List<long> numbers = [];
        foreach (string path in Directory.EnumerateFiles(Path, prefix + "*" + Extension))
        {
            string digits = System.IO.Path.GetFileNameWithoutExtension(path)[prefix.Length..];
            if (long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out long number))
            {
                numbers.Add(number);
            }
        }

        numbers.Sort();
        return numbers;
    }

    /// <summary>Removes checkpoints whose making was interrupted; nothing rests on them.</summary>
    internal void RemoveUnfinished()
    {
        foreach (string path in Directory.EnumerateFiles(Path, "*" + UnfinishedExtension))
        {
            File.Delete(path);
        }
    }

    /// <summary>Makes names that were added, changed or removed in the folder durable.</summary>
    internal void Flush() => Flush(Path);

    /// <summary>Lets other processes open the store.</summary>
    public void Dispose() => _lock.Dispose();

    private static void Flush(string folder)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        // .NET opens no folders; without this a new file's name may be lost with the machine's power although its
        // content is not.
        using SafeFileHandle handle = OpenFolder(folder, 0);
        if (handle.IsInvalid || FlushFolder(handle) != 0)
        {
            throw new IOException($"Flushing the folder {folder} failed, error {Marshal.GetLastPInvokeError()}.");
        }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial SafeFileHandle OpenFolder(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int FlushFolder(SafeFileHandle folder);
}
