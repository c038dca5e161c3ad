namespace Headroom.Samples.Journal.Engine;

/// <summary>Where the value of a key is.</summary>
/// <param name="File">The file that has its record.</param>
/// <param name="Offset">Where the record starts.</param>
/// <param name="KeyBytes">The length of the key in the record.</param>
/// <param name="ValueBytes">The length of the value.</param>
internal readonly record struct Location(DataFile File, long Offset, int KeyBytes, int ValueBytes)
{
    /// <summary>Where the value starts.</summary>
    internal long ValueOffset => Offset + Frames.KeyOffset + KeyBytes;

    /// <summary>The length of the whole record.</summary>
    internal long RecordBytes => Frames.RecordBytes(KeyBytes, ValueBytes);
}
