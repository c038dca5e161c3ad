using System.Globalization;

namespace Headroom.Silo.Monitoring;

/// <summary>One line of a pressure file: the shares of time lost to stalls.</summary>
/// <param name="Avg10BasisPoints">Share of the last 10 s, in hundredths of a percent, 0 to 10,000.</param>
/// <param name="Avg60BasisPoints">Share of the last 60 s, in hundredths of a percent, 0 to 10,000.</param>
/// <param name="Total">Time lost since the cgroup or the machine began.</param>
internal readonly record struct PressureLine(int Avg10BasisPoints, int Avg60BasisPoints, TimeSpan Total)
{
    /// <summary>Parses the part of a line after its name; null when a figure is missing or out of range.</summary>
    public static PressureLine? Parse(ReadOnlySpan<char> fields)
    {
        int? avg10 = null;
        int? avg60 = null;
        long? total = null;
        foreach (Range range in fields.Split(' '))
        {
            ReadOnlySpan<char> field = fields[range];
            int equals = field.IndexOf('=');
            if (equals < 0)
            {
                continue;
            }

            ReadOnlySpan<char> value = field[(equals + 1)..];
            switch (field[..equals])
            {
                case "avg10":
                    avg10 = BasisPoints(value);
                    break;
                case "avg60":
                    avg60 = BasisPoints(value);
                    break;
                case "total":
                    total = Figures.Count(value);
                    break;
            }
        }

        return avg10 is { } last10 && avg60 is { } last60
            && total is { } microseconds && microseconds <= TimeSpan.MaxValue.Ticks / TimeSpan.TicksPerMicrosecond
            ? new PressureLine(last10, last60, TimeSpan.FromTicks(microseconds * TimeSpan.TicksPerMicrosecond))
            : null;
    }

    private static int? BasisPoints(ReadOnlySpan<char> percent) =>
        decimal.TryParse(percent, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal value)
        && value is >= 0 and <= 100
            ? (int)(value * 100)
            : null;
}
