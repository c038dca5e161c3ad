using System.Text;

namespace Headroom.Silo.Monitoring;

/// <summary>Reads the small text files in which the kernel shows its figures.</summary>
internal static class SystemFile
{
    // The longest such file is a mount table: some 200 bytes a mount, and a node with 500 pods has about 10,000 mounts.
    public const int LengthMax = 8 * 1024 * 1024;

    private const int FirstLength = 4096;

    /// <summary>
    /// Reads a file whole. It is absent when it is missing, may not be read, ends in an error (the kernel says "no such
    /// device" when a cgroup vanishes while its file is open), or is longer than <see cref="LengthMax"/>.
    /// </summary>
    public static Reading<string> Read(string path)
    {
        try
        {
            using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
            return ReadToEnd(file, path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Reading<string>.Absent($"{path}: {e.Message}");
        }
    }


    private static Reading<string> ReadToEnd(FileStream file, string path)
    {
        // Such files have no length of their own (0 or a page), so it is found by reading until nothing more comes.
        byte[] bytes = new byte[FirstLength];
        int length = 0;
        while (true)
        {
            int read = file.Read(bytes, length, bytes.Length - length);
            length += read;
            if (read == 0)
            {
                return Reading<string>.Of(Encoding.UTF8.GetString(bytes, 0, length));
            }

            if (length < bytes.Length)
            {
                continue;
            }

            if (length >= LengthMax)
            {
                return Reading<string>.Absent($"{path}: longer than {LengthMax} bytes");
            }

            Array.Resize(ref bytes, bytes.Length * 2);
        }
    }
}
