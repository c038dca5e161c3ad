using System.Security.Cryptography;
using Headroom.Silo.Options;

namespace Headroom.Silo.Storage;

/// <summary>
/// The folder of the embedded store, held by this process alone until disposed. The hold is an operating system lock on
/// a file, so it ends with the process however that ends, and nothing stale can keep the next one out.
/// </summary>
internal sealed class StoreFolder : IDisposable
{
    private const string LockName = "lock";
    private const string KeyName = "cluster.key";
    private const UnixFileMode OwnerFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OwnerFolder = OwnerFile | UnixFileMode.UserExecute;

    private readonly FileStream _lock;

    private StoreFolder(string path, FileStream held)
    {
        Path = path;
        _lock = held;
    }

    /// <summary>The full path.</summary>
    public string Path { get; }

    /// <summary>Makes the folder where it is missing, readable by its owner only, and takes it.</summary>
    /// <exception cref="StoreUnavailableException">Another process holds it, or it cannot be made or
    /// written.</exception>
    public static StoreFolder Open(string path)
    {
        string full = System.IO.Path.GetFullPath(path);
        try
        {
            MakeFolder(full);
            return new(full, OpenLock(System.IO.Path.Combine(full, LockName)));
        }
        catch (UnauthorizedAccessException error)
        {
            throw new StoreUnavailableException($"The store folder '{full}' cannot be written: {error.Message}", error);
        }
        catch (IOException error) when (IsLocked(error))
        {
            throw new StoreUnavailableException($"The store folder '{full}' is in use by another silo.", error);
        }
        catch (IOException error)
        {
            throw new StoreUnavailableException($"The store folder '{full}' cannot be used: {error.Message}", error);
        }
    }

    /// <summary>
    /// The key that seals lease ids: read from the folder, or made from the system's randomness on the first start and
    /// kept there for its owner only. A second start gets the same key, else every lease given out before would be
    /// void.
    /// </summary>
    /// <exception cref="StoreUnavailableException">The file is there and is not a key; it is left as it is.</exception>
    public byte[] ReadOrCreateKey()
    {
        string path = System.IO.Path.Combine(Path, KeyName);
        if (File.Exists(path))
        {
            byte[] key = File.ReadAllBytes(path);
            return key.Length == ClusterSettings.KeyBytes
                ? key
                : throw new StoreUnavailableException(
                    $"The key file '{path}' has {key.Length} bytes, not {ClusterSettings.KeyBytes}.");
        }

        // Written aside, flushed and renamed: a process that dies in between leaves no half key behind.
        byte[] made = RandomNumberGenerator.GetBytes(ClusterSettings.KeyBytes);
        string aside = path + ".new";
        File.Delete(aside);
        using (var file = new FileStream(aside, Owned(FileMode.CreateNew, FileShare.None)))
        {
            file.Write(made);
            file.Flush(flushToDisk: true);
        }

        File.Move(aside, path, overwrite: true);
        return made;
    }

    /// <inheritdoc/>
    public void Dispose() => _lock.Dispose();

    private static FileStream OpenLock(string path) => new(path, Owned(FileMode.OpenOrCreate, FileShare.None));

    // Windows has no modes; there the user's local data folder is private already.
    private static void MakeFolder(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, OwnerFolder);
        }
    }

    private static FileStreamOptions Owned(FileMode mode, FileShare share)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.ReadWrite, Share = share };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerFile;
        }

        return options;
    }

    // EWOULDBLOCK of flock, which the runtime passes on as the error number; the same number is EAGAIN.
    private static bool IsLocked(IOException error) => error.HResult is 11 or 35;
}
