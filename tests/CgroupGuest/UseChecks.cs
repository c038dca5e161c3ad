using Headroom.Silo.Monitoring;

namespace Headroom.CgroupGuest;

/// <summary>What is in use, and what is no longer there.</summary>
internal static class UseChecks
{
    private const long Mebibyte = 1L << 20;
    private const long Bytes = 64 * Mebibyte;

    public static IReadOnlyList<(string Name, Action Check)> All =>
    [
        ("what a process holds is used, and not when it has ended", HeldIsUsed),
        ("a cgroup that was removed is absent, and says which file is missing", RemovedIsAbsent),
    ];

    private static void HeldIsUsed()
    {
        using var parent = new Cgroup("/used");
        using var cgroup = new Cgroup("/used/child");
        using (Held.StartHolding(cgroup, Bytes))
        {
            CgroupMemory seen = cgroup.Read();
            Expect.That(seen.WorkingSetBytes >= Bytes && seen.WorkingSetBytes <= seen.UsageBytes, seen);
            Expect.That(parent.Read().UsageBytes >= Bytes, parent.Read());
        }

        Expect.Soon(() => cgroup.Read().UsageBytes, usage => usage < Bytes / 4);
    }

    private static void RemovedIsAbsent()
    {
        var cgroup = new Cgroup("/removed");
        Expect.Present(cgroup.TryRead());
        cgroup.Dispose();
        Reading<CgroupMemory> gone = cgroup.TryRead();
        Expect.That(gone.Value is null && gone.Failure!.Contains(cgroup.Directory, StringComparison.Ordinal), gone);
    }
}
