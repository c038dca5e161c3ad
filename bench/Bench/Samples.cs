using System.Diagnostics;
using System.Globalization;

namespace Headroom.Bench;

/// <summary>Times of one operation.</summary>
internal sealed class Samples
{
    private readonly List<double> _milliseconds = [];

    public int Count => _milliseconds.Count;

    public void Add(TimeSpan took) => _milliseconds.Add(took.TotalMilliseconds);

    public async Task MeasureAsync(Func<Task> operation)
    {
        long start = Stopwatch.GetTimestamp();
        await operation();
        Add(Stopwatch.GetElapsedTime(start));
    }

    /// <summary>The time that a part of all were within, in milliseconds.</summary>
    public double At(double part)
    {
        double[] sorted = [.. _milliseconds.Order()];
        return sorted[Math.Min(sorted.Length - 1, (int)(sorted.Length * part))];
    }

    public string Text(double part) => At(part).ToString("0.00", CultureInfo.InvariantCulture);
}
