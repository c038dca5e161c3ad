using Headroom.Samples.Journal.Engine;

namespace Headroom.Samples.Journal.Cache;

/// <summary>A block of a file.</summary>
/// <param name="File">The file.</param>
/// <param name="Number">Which block, from 0.</param>
internal readonly record struct BlockKey(DataFile File, long Number);
