using System.ComponentModel.DataAnnotations;
using Headroom.Silo.Http.Input;

namespace Headroom.Silo.Http.Chaos;

/// <summary>Memory to make scarce on purpose.</summary>
internal sealed record PressureAsk
{
    /// <summary>The longest time, in seconds.</summary>
    public const int MaxSeconds = 3600;

    /// <summary>The fields, as they are spelled.</summary>
    public static readonly string[] Fields = ["host", "bytes", "seconds"];

    private const string BytesRange = "an integer from 1 to what Headroom:Chaos:MaxPressureBytes leaves";
    private const string SecondsRange = "a number of seconds from 0.001 to 3600";

    /// <summary>The host whose silo takes it.</summary>
    [Required]
    public string Host { get; init; } = "";

    /// <summary>How much of it.</summary>
    [Range(typeof(long), "1", "1099511627776")]
    public long Bytes { get; init; }

    /// <summary>For how long.</summary>
    [Range(0.001, MaxSeconds)]
    public double Seconds { get; init; }

    public static PressureAsk Read(JsonFields fields)
    {
        fields.Require("host", ResourceName.Rule);
        fields.Require("bytes", BytesRange);
        fields.Require("seconds", SecondsRange);
        string host = fields.Text("host", ResourceName.IsValid, ResourceName.Rule) ?? "";
        long bytes = fields.Integer("bytes", 1, 1L << 40, BytesRange) ?? 0;
        TimeSpan? duration = fields.Seconds("seconds", MaxSeconds);
        if (duration == TimeSpan.Zero)
        {
            fields.Errors.Add("seconds", $"must be {SecondsRange}");
        }

        return new PressureAsk { Host = host, Bytes = bytes, Seconds = (duration ?? TimeSpan.Zero).TotalSeconds };
    }
}
