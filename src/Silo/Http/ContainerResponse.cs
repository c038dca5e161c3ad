using Headroom.Contracts;

namespace Headroom.Silo.Http;

/// <summary>A container as it stands.</summary>
internal sealed record ContainerResponse
{
    public required string Host { get; init; }

    public required string Container { get; init; }

    public required long LimitBytes { get; init; }

    public required long GuaranteeBytes { get; init; }

    public required long? MustSucceedQuotaBytes { get; init; }

    public required string Cgroup { get; init; }

    public required long AllottedBytes { get; init; }

    public required long CreditBytes { get; init; }

    public required UrgencyBytes LeasedBytes { get; init; }

    public required long GhostBytes { get; init; }

    public required long UntrackedBytes { get; init; }

    public required long UnreportedBytes { get; init; }

    public required long? UsageBytes { get; init; }

    public required long? HardLimitBytes { get; init; }

    public required int Sessions { get; init; }

    public required int Leases { get; init; }

    public required UrgencyBytes Waiting { get; init; }

    public required long Epoch { get; init; }

    public required bool Learning { get; init; }

    public required IReadOnlyList<string> Subsystems { get; init; }

    public static ContainerResponse From(string host, ContainerView view) => new()
    {
        Host = host,
        Container = view.Container,
        LimitBytes = view.Settings.LimitBytes!.Value,
        GuaranteeBytes = view.Settings.GuaranteeBytes!.Value,
        MustSucceedQuotaBytes = view.Settings.MustSucceedQuotaBytes,
        Cgroup = view.Settings.Cgroup ?? string.Empty,
        AllottedBytes = view.AllottedBytes,
        CreditBytes = view.CreditBytes,
        LeasedBytes = UrgencyBytes.From(view.LeasedBytes),
        GhostBytes = view.GhostBytes,
        UntrackedBytes = view.UntrackedBytes,
        UnreportedBytes = view.UnreportedBytes,
        UsageBytes = view.UsageBytes,
        HardLimitBytes = view.HardLimitBytes,
        Sessions = view.Sessions,
        Leases = view.Leases,
        Waiting = UrgencyBytes.From(Array.ConvertAll(view.Waiting, count => (long)count)),
        Epoch = view.Epoch,
        Learning = view.Learning,
        Subsystems = view.Subsystems,
    };
}
