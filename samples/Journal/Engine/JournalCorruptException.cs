namespace Headroom.Samples.Journal.Engine;

/// <summary>
/// Data that was durable is damaged or missing. Nothing is repaired or skipped: what to do is for somebody to decide.
/// </summary>
internal sealed class JournalCorruptException : Exception
{
    internal JournalCorruptException(string file, long offset, string finding)
        : base($"{file} is damaged at byte {offset}: {finding}.")
    {
        File = file;
        Offset = offset;
    }

    /// <summary>The damaged file.</summary>
    internal string File { get; }

    /// <summary>Where in the file.</summary>
    internal long Offset { get; }
}
