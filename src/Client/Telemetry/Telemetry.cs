using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Reflection;

namespace Headroom;

/// <summary>Names of what the SDK tells of itself; docs/OBSERVABILITY.md lists them all.</summary>
internal static class Telemetry
{
    /// <summary>Name of the meter and of the activity source.</summary>
    internal const string Name = "Headroom";

    internal const string Subsystem = "headroom.subsystem";
    internal const string Urgency = "headroom.urgency";
    internal const string Host = "headroom.host";
    internal const string Container = "headroom.container";
    internal const string Rung = "headroom.rung";
    internal const string CreditKind = "headroom.credit.kind";
    internal const string ExchangeKind = "headroom.exchange.kind";
    internal const string ErrorType = "error.type";

    // Of spans only: their values are many.
    internal const string RequestSize = "headroom.request.size";
    internal const string RequestReason = "headroom.request.reason";
    internal const string RequestTries = "headroom.request.tries";
    internal const string RungAvailable = "headroom.rung.available";
    internal const string RungTried = "headroom.rung.tried";
    internal const string ReclaimAsked = "headroom.reclaim.asked";
    internal const string ReclaimBelow = "headroom.reclaim.below";
    internal const string ReclaimGiven = "headroom.reclaim.given";

    private const string Other = "_OTHER";

    private static readonly string[] Urgencies = TelemetryText.Values<Urgency>();
    private static readonly string[] Rungs = TelemetryText.Values<Rung>();
    private static readonly string[] Reasons = TelemetryText.Values<RefusalReason>();
    private static readonly string[] Outcomes = TelemetryText.Values<Outcome>();

    internal static string Version { get; } =
        typeof(Telemetry).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!
            .InformationalVersion.Split('+')[0];

    /// <summary>Where spans come from; one for all budgets of a process.</summary>
    internal static ActivitySource Source { get; } = new(Name, Version);

    internal static string Text(Urgency urgency) => Urgencies[(int)urgency];

    internal static string Text(Rung rung) => Of(Rungs, (int)rung);

    internal static string Text(Outcome outcome) => Of(Outcomes, (int)outcome);

    /// <summary>The value of <see cref="ErrorType"/>: of a few, whatever the message.</summary>
    internal static string TypeOf(Exception error) => error switch
    {
        MemoryRefusedException refused => Reasons[(int)refused.Reason],
        OperationCanceledException => typeof(OperationCanceledException).FullName!,
        _ => error.GetType().FullName!,
    };

    internal static KeyValuePair<string, object?> Tag(string name, object? value) => new(name, value);

    // An authority may be newer than this SDK.
    private static string Of(string[] values, int value) => value < values.Length ? values[value] : Other;

    internal static Meter MeterOf(HeadroomOptions options, IMeterFactory? factory)
    {
        // Of which budget it is does not change: so it belongs to the meter, and not to each measurement.
        var meter = new MeterOptions(Name)
        {
            Version = Version,
            Tags = [Tag(Host, options.Host), Tag(Container, options.Container)],
        };
        return factory is null ? new Meter(meter) : factory.Create(meter);
    }
}
