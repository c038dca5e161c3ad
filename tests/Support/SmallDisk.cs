using System.Globalization;

namespace Headroom.Support;

/// <summary>A disk of a few megabytes in memory, which can be filled. Gone when it is disposed.</summary>
public sealed class SmallDisk : IAsyncDisposable
{
    private const int Megabytes = 256;
    private const int Piece = 1 << 20;

    private readonly TemporaryFolder _folder = new();

    /// <summary>Where it is mounted.</summary>
    public string Path => _folder.Path;

    private string Ballast => System.IO.Path.Combine(Path, "ballast");

    /// <summary>Mounts one; null where that is not allowed.</summary>
    public static async Task<SmallDisk?> TryMountAsync()
    {
        if (!Environment.IsPrivilegedProcess)
        {
            return null;
        }

        var disk = new SmallDisk();
        string size = string.Create(CultureInfo.InvariantCulture, $"size={Megabytes}m");
        await using ChildProcess mount =
            ChildProcess.StartFile("mount", "-t", "tmpfs", "-o", size, "headroom-test", disk.Path);
        if (await mount.ExitAsync() == 0)
        {
            return disk;
        }

        disk._folder.Dispose();
        return null;
    }

    /// <summary>Writes until nothing more fits.</summary>
    public void Fill()
    {
        using FileStream file = File.Create(Ballast);
        try
        {
            var piece = new byte[Piece];
            while (true)
            {
                file.Write(piece);
                file.Flush(flushToDisk: false);
            }
        }
        catch (IOException)
        {
            // Full, which was the purpose.
            FillRest();
        }
    }

    /// <summary>Makes room again.</summary>
    public void Free()
    {
        File.Delete(Ballast);
        File.Delete(Ballast + "-rest");
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await using (ChildProcess unmount = ChildProcess.StartFile("umount", "--lazy", Path))
        {
            await unmount.ExitAsync();
        }

        _folder.Dispose();
    }

    // What is left is less than a piece.
    private void FillRest()
    {
        using FileStream rest = File.Create(Ballast + "-rest");
        try
        {
            var page = new byte[4096];
            while (true)
            {
                rest.Write(page);
                rest.Flush(flushToDisk: false);
            }
        }
        catch (IOException)
        {
            return;
        }
    }
}
