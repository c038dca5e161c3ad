namespace Headroom.Grains.Budgets;

/// <summary>Translates between the stored record and the ledger's table.</summary>
internal static class HostStateTable
{
    /// <summary>The version that is written.</summary>
    public const int Version = 1;

    /// <summary>The table of a record; that of an unwritten one is empty.</summary>
    /// <exception cref="InvalidDataException">
    /// The record is not one of this host, or of a version that this silo does not know: it must not be taken for
    /// empty.
    /// </exception>
    public static HostTable Read(HostState? state, string host, bool exists)
    {
        if (!exists)
        {
            return HostTable.Empty;
        }

        if (state is null)
        {
            throw new InvalidDataException(
                $"The stored record of host {host} is empty. Its budget stays stopped until the record is mended.");
        }

        if (state.Version is < 1 or > Version || state.Host != host)
        {
            throw new InvalidDataException(
                $"The stored record of host {host} names host '{state.Host}' and version {state.Version}; "
                + $"expected this host and a version from 1 to {Version}. "
                + "Its budget stays stopped until the record is mended.");
        }

        return new HostTable
        {
            CapacityBytes = state.CapacityBytes,
            ReserveBytes = state.ReserveBytes,
            PledgedBytes = state.PledgedBytes,
            LastEpoch = state.LastEpoch,
            LendEpoch = state.LendEpoch,
            LendNumber = state.LendNumber,
            LentBytes = state.LentBytes,
            Containers = [.. state.Containers.Select(Row)],
        };
    }

    /// <summary>Puts a table into the record.</summary>
    public static void Write(HostState state, string host, HostTable table)
    {
        state.Version = Version;
        state.Host = host;
        state.CapacityBytes = table.CapacityBytes;
        state.ReserveBytes = table.ReserveBytes;
        state.PledgedBytes = table.PledgedBytes;
        state.LastEpoch = table.LastEpoch;
        state.LendEpoch = table.LendEpoch;
        state.LendNumber = table.LendNumber;
        state.LentBytes = table.LentBytes;
        state.Containers = [.. table.Containers.Select(Stored)];
    }

    private static ContainerRow Row(StoredContainer stored) => new()
    {
        Name = stored.Name,
        Epoch = stored.Epoch,
        Order = stored.Order,
        AllottedBytes = stored.AllottedBytes,
        OverdraftBytes = stored.OverdraftBytes,
        LongestTtl = stored.LongestTtl,
        LimitBytes = stored.LimitBytes,
        GuaranteeBytes = stored.GuaranteeBytes,
        MustSucceedQuotaBytes = stored.MustSucceedQuotaBytes,
        Cgroup = stored.Cgroup,
        MarginPercent = stored.MarginPercent,
        OwnLimitBytes = stored.OwnLimitBytes,
        ResizeMaxBytes = stored.ResizeMaxBytes,
        Subsystems = [.. stored.Subsystems.Select(subsystem => new SubsystemRow(
            subsystem.Name,
            (Urgency)subsystem.MaxUrgency,
            subsystem.EmergencyCreditBytes,
            (LastResort)subsystem.LastResort)
        {
            LastResortAfter = subsystem.LastResortAfter ?? SubsystemRow.DefaultLastResortAfter,
            LoansComeHome = subsystem.LoansComeHome,
        })],
    };

    private static StoredContainer Stored(ContainerRow row) => new()
    {
        Name = row.Name,
        Epoch = row.Epoch,
        Order = row.Order,
        AllottedBytes = row.AllottedBytes,
        OverdraftBytes = row.OverdraftBytes,
        LongestTtl = row.LongestTtl,
        LimitBytes = row.LimitBytes,
        GuaranteeBytes = row.GuaranteeBytes,
        MustSucceedQuotaBytes = row.MustSucceedQuotaBytes,
        Cgroup = row.Cgroup,
        MarginPercent = row.MarginPercent,
        OwnLimitBytes = row.OwnLimitBytes,
        ResizeMaxBytes = row.ResizeMaxBytes,
        Subsystems = [.. row.Subsystems.Select(subsystem => new StoredSubsystem
        {
            Name = subsystem.Name,
            MaxUrgency = (byte)subsystem.MaxUrgency,
            EmergencyCreditBytes = subsystem.EmergencyCreditBytes,
            LastResort = (byte)subsystem.LastResort,
            LastResortAfter = subsystem.LastResortAfter,
            LoansComeHome = subsystem.LoansComeHome,
        })],
    };
}
