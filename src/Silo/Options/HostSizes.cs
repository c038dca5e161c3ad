namespace Headroom.Silo.Options;

/// <summary>
/// The sizes of this host once the machine's own memory is known. All in bytes, with
/// <c>0 &lt;= PledgedBytes &lt;= ReserveBytes &lt;= CapacityBytes</c>.
/// </summary>
internal sealed record HostSizes(long CapacityBytes, long ReserveBytes, long PledgedBytes)
{
    /// <summary>
    /// The share of the capacity that is reserve unless set: 1/16 (6 %) is about what a journal, a network stack and
    /// the host's own daemons need at their worst on the machines of 4 to 64 GiB this was made for.
    /// </summary>
    private const int ReserveShare = 16;

    /// <summary>
    /// Fills in what the settings leave open from <paramref name="machineBytes"/>, the memory of the machine, which
    /// must be positive. A capacity that was set is taken as it is, even above that: what the machine cannot give is
    /// found by watching it, and not by arithmetic at start.
    /// </summary>
    /// <returns>The sizes; or the faults, when what was set does not fit the machine, and then the sizes mean
    /// nothing.</returns>
    public static (HostSizes Sizes, IReadOnlyList<SettingFault> Faults) Resolve(
        HostSettings settings, long machineBytes)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(machineBytes);

        long capacity = settings.CapacityBytes ?? machineBytes;
        long reserve = settings.ReserveBytes ?? Math.Max(capacity / ReserveShare, settings.PledgedBytes ?? 0);
        long pledged = settings.PledgedBytes ?? 0;
        var faults = new List<SettingFault>();
        if (reserve > capacity && settings.ReserveBytes is not null)
        {
            faults.Add(Fault(nameof(HostSettings.ReserveBytes), reserve, $"at most the capacity ({capacity})"));
        }

        if (pledged > capacity)
        {
            faults.Add(Fault(nameof(HostSettings.PledgedBytes), pledged, $"at most the capacity ({capacity})"));
        }

        return (new(capacity, reserve, pledged), faults);
    }

    private static SettingFault Fault(string name, long value, string allowed) =>
        SettingFault.NotAllowed($"{SettingsReader.Root}:Host:{name}", FormattableString.Invariant($"{value}"), allowed);
}
