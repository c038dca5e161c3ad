using System.ComponentModel.DataAnnotations;
using Headroom.Contracts;
using Headroom.Silo.Http.Input;

namespace Headroom.Silo.Http.Budgets;

/// <summary>Settings of a host. What is absent stays as it is.</summary>
internal sealed record HostChange
{
    /// <summary>The fields, as they are spelled.</summary>
    public static readonly string[] Fields = ["capacityBytes", "reserveBytes", "pledgedBytes"];

    /// <summary>Bytes that may be handed out there; at least what is allotted, guaranteed and reserved.</summary>
    [Range(typeof(long), "1", "9223372036854775807")]
    public long? CapacityBytes { get; init; }

    /// <summary>
    /// Bytes that only MustSucceed may use; at most the capacity less what is allotted or guaranteed.
    /// </summary>
    [Range(typeof(long), "0", "9223372036854775807")]
    public long? ReserveBytes { get; init; }

    /// <summary>The part of the reserve that other hosts may borrow; at most the reserve.</summary>
    [Range(typeof(long), "0", "9223372036854775807")]
    public long? PledgedBytes { get; init; }

    public static HostChange Read(JsonFields fields) => new()
    {
        CapacityBytes = fields.Integer(
            "capacityBytes",
            1,
            long.MaxValue,
            $"an integer from 1 to {long.MaxValue}, and no less than what is in use"),
        ReserveBytes = fields.Integer(
            "reserveBytes", 0, long.MaxValue, "an integer from 0 to the capacity less what is allotted or guaranteed"),
        PledgedBytes = fields.Integer("pledgedBytes", 0, long.MaxValue, "an integer from 0 to the reserve"),
    };

    public HostSettings ToSettings() => new()
    {
        CapacityBytes = CapacityBytes,
        ReserveBytes = ReserveBytes,
        PledgedBytes = PledgedBytes,
    };
}
