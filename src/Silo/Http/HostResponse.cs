using Headroom.Contracts;

namespace Headroom.Silo.Http;

/// <summary>A host as it stands.</summary>
internal sealed record HostResponse
{
    public required string Host { get; init; }

    public required long CapacityBytes { get; init; }

    public required long ReserveBytes { get; init; }

    public required long PledgedBytes { get; init; }

    public required long AllottedBytes { get; init; }

    public required long CreditBytes { get; init; }

    public required UrgencyBytes LeasedBytes { get; init; }

    public required long GhostBytes { get; init; }

    public required long UntrackedBytes { get; init; }

    public required long UsedBytes { get; init; }

    public required long LoanBytes { get; init; }

    public required UrgencyBytes AvailableBytes { get; init; }

    public required string Pressure { get; init; }

    public required IReadOnlyList<string> Containers { get; init; }

    public static HostResponse From(HostView host, IReadOnlyList<ContainerView> containers) => new()
    {
        Host = host.Host,
        CapacityBytes = host.CapacityBytes,
        ReserveBytes = host.ReserveBytes,
        PledgedBytes = host.PledgedBytes,
        AllottedBytes = host.AllottedBytes,
        CreditBytes = containers.Sum(container => container.CreditBytes),
        LeasedBytes = UrgencyBytes.Sum(containers.Select(container => container.LeasedBytes)),
        GhostBytes = containers.Sum(container => container.GhostBytes),
        UntrackedBytes = host.UntrackedBytes,
        UsedBytes = host.UsedBytes,
        LoanBytes = host.LoanBytes,
        AvailableBytes = UrgencyBytes.From(host.AvailableBytes),
        Pressure = ((PressureLevel)host.Pressure).ToString(),
        Containers = host.Containers,
    };
}
