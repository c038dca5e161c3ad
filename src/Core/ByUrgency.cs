using System.Runtime.CompilerServices;

namespace Headroom;

/// <summary>An amount for each urgency.</summary>
[InlineArray(Levels)]
public struct ByUrgency : IEquatable<ByUrgency>
{
    /// <summary>How many urgencies there are.</summary>
    public const int Levels = 4;

    private long _first;

    /// <summary>Creates the four amounts.</summary>
    public ByUrgency(long optional, long safeToFail, long riskyToFail, long mustSucceed)
    {
        this[0] = optional;
        this[1] = safeToFail;
        this[2] = riskyToFail;
        this[3] = mustSucceed;
    }

    /// <summary>An amount at one urgency, and nothing at the others.</summary>
    public static ByUrgency Of(Urgency urgency, long amount)
    {
        ByUrgency vector = default;
        vector[urgency] = amount;
        return vector;
    }

    /// <summary>The sum of all four.</summary>
    public readonly long Total => this[0] + this[1] + this[2] + this[3];

    /// <summary>Whether no amount is negative.</summary>
    public readonly bool IsValid => this[0] >= 0 && this[1] >= 0 && this[2] >= 0 && this[3] >= 0;

    /// <summary>The amount of one urgency.</summary>
    public long this[Urgency urgency]
    {
        readonly get => this[(int)urgency];
        set => this[(int)urgency] = value;
    }

    /// <summary>Adds, amount by amount.</summary>
    public static ByUrgency operator +(ByUrgency a, ByUrgency b) =>
        new(a[0] + b[0], a[1] + b[1], a[2] + b[2], a[3] + b[3]);

    /// <summary>Subtracts, amount by amount.</summary>
    public static ByUrgency operator -(ByUrgency a, ByUrgency b) =>
        new(a[0] - b[0], a[1] - b[1], a[2] - b[2], a[3] - b[3]);

    /// <summary>Whether all amounts are the same.</summary>
    public static bool operator ==(ByUrgency a, ByUrgency b) => a.Equals(b);

    /// <summary>Whether any amount differs.</summary>
    public static bool operator !=(ByUrgency a, ByUrgency b) => !a.Equals(b);

    /// <summary>Adds, amount by amount.</summary>
    public static ByUrgency Add(ByUrgency left, ByUrgency right) => left + right;

    /// <summary>Subtracts, amount by amount.</summary>
    public static ByUrgency Subtract(ByUrgency left, ByUrgency right) => left - right;

    /// <inheritdoc/>
    public readonly bool Equals(ByUrgency other) =>
        this[0] == other[0] && this[1] == other[1] && this[2] == other[2] && this[3] == other[3];

    /// <inheritdoc/>
    public override readonly bool Equals(object? obj) => obj is ByUrgency other && Equals(other);

    /// <inheritdoc/>
    public override readonly int GetHashCode() => HashCode.Combine(this[0], this[1], this[2], this[3]);

    /// <inheritdoc/>
    public override readonly string ToString() => $"[{this[0]}, {this[1]}, {this[2]}, {this[3]}]";

    /// <summary>The four amounts in the order of urgency.</summary>
    public readonly long[] ToArray() => [this[0], this[1], this[2], this[3]];
}
