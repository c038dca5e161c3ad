using System.Text;

namespace Headroom.Silo.Storage;

/// <summary>
/// Where the store's socket file is: in the store folder, which its owner alone may enter. A socket's path is bounded
/// by the kernel, so a folder with a long name gets one in a private temporary folder instead.
/// </summary>
internal sealed class SocketPlace
{
    private const string Name = "store.sock";

    // sun_path of sockaddr_un is 108 bytes on Linux, 104 on macOS, with the closing zero.
    private const int PathMaxBytes = 103;

    private readonly string? _temporary;

    private SocketPlace(string path, string? temporary)
    {
        Path = path;
        _temporary = temporary;
    }

    /// <summary>The path of the socket file.</summary>
    public string Path { get; }

    /// <summary>Chooses the place; makes the temporary folder where one is needed.</summary>
    public static SocketPlace For(string folder)
    {
        string beside = System.IO.Path.Combine(folder, Name);
        if (Encoding.UTF8.GetByteCount(beside) <= PathMaxBytes)
        {
            return new(beside, null);
        }

        string temporary = Directory.CreateTempSubdirectory("headroom-").FullName;
        return new(System.IO.Path.Combine(temporary, Name), temporary);
    }

    /// <summary>Removes the socket file, and the folder that was made for it.</summary>
    public void Remove()
    {
        File.Delete(Path);
        if (_temporary is not null)
        {
            Directory.Delete(_temporary, recursive: true);
        }
    }
}
