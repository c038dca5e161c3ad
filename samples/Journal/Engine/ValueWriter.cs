namespace Headroom.Samples.Journal.Engine;

/// <summary>Writes a value right where it is staged.</summary>
/// <param name="target">As long as the value; all of it is to be written.</param>
internal delegate void ValueWriter(Span<byte> target);
