using System.ComponentModel.DataAnnotations;
using Headroom.Contracts;
using Headroom.Silo.Http.Input;

namespace Headroom.Silo.Http.Budgets;

/// <summary>
/// Policy of a subsystem. What is absent stays as it is, or gets its default when the subsystem is new.
/// </summary>
internal sealed record SubsystemChange
{
    /// <summary>The fields, as they are spelled.</summary>
    public static readonly string[] Fields =
    [
        "maxUrgency", "emergencyCreditBytes", "lastResort", "lastResortAfterSeconds", "loansComeHome", "state",
    ];

    /// <summary>The longest patience before a last resort: a day.</summary>
    public const int MaxLastResortAfterSeconds = 86_400;

    /// <summary>The one state that can be asked for: everything else comes of what happens.</summary>
    public const string Normal = "normal";

    /// <summary>The highest urgency it may use.</summary>
    public byte? MaxUrgency { get; init; }

    /// <summary>A private store that only MustSucceed may use; at most the container's limit.</summary>
    [Range(typeof(long), "0", "9223372036854775807")]
    public long? EmergencyCreditBytes { get; init; }

    /// <summary>What happens when must-succeed cannot be met.</summary>
    public byte? LastResort { get; init; }

    /// <summary>How many seconds must-succeed waits before that, with or without a fraction.</summary>
    [Range(0, MaxLastResortAfterSeconds)]
    public double? LastResortAfterSeconds { get; init; }

    /// <summary>Whether its loans go home when its own host has room again.</summary>
    public bool? LoansComeHome { get; init; }

    /// <summary>Lifts the last resort by hand.</summary>
    public string? State { get; init; }

    public static SubsystemChange Read(JsonFields fields) => new()
    {
        MaxUrgency = fields.Word("maxUrgency", Words.AllUrgencies),
        EmergencyCreditBytes = fields.Integer(
            "emergencyCreditBytes", 0, long.MaxValue, "an integer from 0 to the container's limit"),
        LastResort = fields.Word("lastResort", Words.AllLastResorts),
        LastResortAfterSeconds =
            fields.Seconds("lastResortAfterSeconds", MaxLastResortAfterSeconds)?.TotalSeconds,
        LoansComeHome = fields.Flag("loansComeHome"),
        State = fields.Text("state", state => state == Normal, $"{Normal}, which lifts the last resort"),
    };

    public SubsystemPolicy ToPolicy() => new()
    {
        MaxUrgency = MaxUrgency,
        EmergencyCreditBytes = EmergencyCreditBytes,
        LastResort = LastResort,
        LastResortAfter = LastResortAfterSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
        LoansComeHome = LoansComeHome,
    };
}
