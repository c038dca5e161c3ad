using Headroom.Contracts;

namespace Headroom.Silo.Http;

/// <summary>A subsystem as it stands.</summary>
internal sealed record SubsystemResponse
{
    public required string Host { get; init; }

    public required string Container { get; init; }

    public required string Subsystem { get; init; }

    public required string MaxUrgency { get; init; }

    public required long EmergencyCreditBytes { get; init; }

    public required string LastResort { get; init; }

    public required long CreditBytes { get; init; }

    public required UrgencyBytes LeasedBytes { get; init; }

    public static SubsystemResponse From(string host, string container, string subsystem, SubsystemView view) => new()
    {
        Host = host,
        Container = container,
        Subsystem = subsystem,
        MaxUrgency = ((Urgency)view.Policy.MaxUrgency!.Value).ToString(),
        EmergencyCreditBytes = view.Policy.EmergencyCreditBytes!.Value,
        LastResort = ((LastResort)view.Policy.LastResort!.Value).ToString(),
        CreditBytes = view.Holding.CreditBytes,
        LeasedBytes = new UrgencyBytes(
            view.Holding.OptionalBytes,
            view.Holding.SafeToFailBytes,
            view.Holding.RiskyToFailBytes,
            view.Holding.MustSucceedBytes),
    };
}
