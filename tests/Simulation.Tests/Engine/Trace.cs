using System.Globalization;

namespace Headroom.Simulation.Tests.Engine;

/// <summary>
/// What happened, for reading; and a hash of it, for comparing. Nothing is kept unless somebody reads.
/// </summary>
internal sealed class Trace(bool keeps)
{
    private readonly List<string> _lines = [];

    /// <summary>Whether lines are kept: who writes one may ask before making it.</summary>
    internal bool Keeps => keeps;

    internal IReadOnlyList<string> Lines => _lines;

    /// <summary>Grows with each thing that happened; the same for the same world.</summary>
    internal ulong Hash { get; private set; } = 14_695_981_039_346_656_037;

    internal void Write(TimeSpan at, string who, string what)
    {
        if (keeps)
        {
            _lines.Add(string.Create(CultureInfo.InvariantCulture, $"{at.TotalSeconds,11:0.000000} {who,-12} {what}"));
        }
    }

    /// <summary>FNV-1a over what happened.</summary>
    internal void Count(long what) => Hash = unchecked((Hash ^ (ulong)what) * 1_099_511_628_211);
}
