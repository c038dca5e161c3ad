namespace Headroom.Samples.Journal.Engine;

/// <summary>Reads that are whole or fail.</summary>
internal static class FileReads
{
    /// <summary>Fills all of a span.</summary>
    /// <exception cref="JournalCorruptException">The file ends before.</exception>
    internal static void Fill(DataFile file, long offset, Span<byte> target)
    {
        int done = 0;
        while (done < target.Length)
        {
            int read = RandomAccess.Read(file.Handle, target[done..], offset + done);
            if (read == 0)
            {
                throw new JournalCorruptException(
                    file.Path, offset + done, $"the file ends {target.Length - done} bytes too early");
            }

            done += read;
        }
    }
}
