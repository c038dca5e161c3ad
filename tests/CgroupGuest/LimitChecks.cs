using Headroom.Silo.Monitoring;

namespace Headroom.CgroupGuest;

/// <summary>Which limit is in effect, and what happens at it.</summary>
internal static class LimitChecks
{
    private const long Mebibyte = 1L << 20;

    // A process of this program takes some 30 MiB before it has done anything.
    private const long Small = 96 * Mebibyte;
    private const long Large = 512 * Mebibyte;

    public static IReadOnlyList<(string Name, Action Check)> All =>
    [
        ("a machine with v2 alone is seen as that", SeenAsV2),
        ("no limit is none, and the lowest of the ancestors counts", LowestCounts),
        ("a process that needs more than memory.max is killed, and counted here and above", KilledAtMax),
        ("memory.max above what is used changes nothing but the limit", LoweredAboveUse),
        ("memory.max below what is used takes effect at once, and kills", LoweredBelowUse),
        ("memory.high slows down and shows as pressure, not as a hit of the limit", SlowedAtHigh),
    ];

    private static void SeenAsV2()
    {
        CgroupHierarchies seen = Expect.Present(CgroupHierarchies.Read("/proc", "/sys"));
        Expect.That(seen.V1Memory is null && seen.Memory == seen.Unified, seen);
        Expect.That(seen.Memory is { IsUnified: true, Root: "/", MountPoint: "/sys/fs/cgroup" }, seen);
    }

    private static void LowestCounts()
    {
        using var parent = new Cgroup("/limits");
        using var child = new Cgroup("/limits/child");
        Expect.That(child.Read().HardLimitBytes is null && child.ReadLimit().Bytes is null, child.Read());

        parent.MaxBytes = Large;
        child.MaxBytes = Large;
        Expect.That(child.Read().HardLimitBytes == Large, child.Read());
        Expect.That(child.ReadLimit().Directory == parent.Directory, child.ReadLimit());

        child.MaxBytes = Small;
        Expect.That(child.Read().HardLimitBytes == Small, child.Read());
        Expect.That(child.ReadLimit().Directory == child.Directory, child.ReadLimit());
        Expect.That(parent.Read().HardLimitBytes == Large, parent.Read());

        child.MaxBytes = null;
        Expect.That(child.Read().HardLimitBytes == Large, child.Read());
    }

    private static void KilledAtMax()
    {
        using var parent = new Cgroup("/kills");
        using var child = new Cgroup("/kills/child");
        child.MaxBytes = Small;
        using (Held greedy = Held.Start(child, 2 * Small))
        {
            Expect.That(greedy.Exit() == Held.Killed, greedy.Exit());
        }

        Expect.That(child.Read().Events is { LimitHits: > 0, Ooms: > 0, OomKills: 1 }, child.Read());
        Expect.That(parent.Read().Events is { OomKills: 1 }, parent.Read());
        Expect.Soon(() => child.Read().UsageBytes, usage => usage < Small / 2);
    }

    private static void LoweredAboveUse()
    {
        using var cgroup = new Cgroup("/lowered");
        cgroup.MaxBytes = Large;
        using Held held = Held.StartHolding(cgroup, Small);
        long use = cgroup.Read().UsageBytes;

        cgroup.MaxBytes = use + 64 * Mebibyte;

        CgroupMemory seen = cgroup.Read();
        Expect.That(seen.HardLimitBytes <= use + 64 * Mebibyte && seen.HardLimitBytes < Large, seen);
        Expect.That(seen.UsageBytes >= Small && seen.Events is { OomKills: 0 }, seen);
    }

    // On v1 the same write is refused (EBUSY). A silo may lower a limit only after it has seen the use fall.
    private static void LoweredBelowUse()
    {
        using var cgroup = new Cgroup("/lowered");
        cgroup.MaxBytes = Large;
        using Held held = Held.StartHolding(cgroup, Small);

        cgroup.MaxBytes = Small / 2;

        Expect.That(held.Exit() == Held.Killed, held.Exit());
        CgroupMemory seen = cgroup.Read();
        Expect.That(seen is { HardLimitBytes: Small / 2, Events: { Ooms: > 0, OomKills: 1 } }, seen);
        Expect.Soon(() => cgroup.Read().UsageBytes, usage => usage < Small / 2);
    }

    private static void SlowedAtHigh()
    {
        using var cgroup = new Cgroup("/slowed");
        cgroup.MaxBytes = Large;
        cgroup.HighBytes = Small;
        Expect.That(cgroup.Read().Pressure is { Some.Total.Ticks: 0, Full.Total.Ticks: 0 }, cgroup.Read());

        using Held held = Held.Start(cgroup, 2 * Small);

        Expect.Soon(
            cgroup.Read,
            seen => seen.UsageBytes > Small
                && seen.Pressure is { Some: { Avg10BasisPoints: > 0 } some, Full.Total.Ticks: > 0 }
                && some.Total >= TimeSpan.FromMilliseconds(200));
        Expect.That(cgroup.Read().Events is { LimitHits: 0, Ooms: 0, OomKills: 0 }, cgroup.Read());

        cgroup.HighBytes = null;
        held.UntilHolding();
        Expect.That(cgroup.Read().UsageBytes >= 2 * Small, cgroup.Read());
    }
}
