using System.Globalization;
using Headroom.Silo.Monitoring;

namespace Headroom.CgroupGuest;

/// <summary>The cgroups of pods as kubelets make them, with both drivers, and the silo's own place in one.</summary>
internal static class PodChecks
{
    private const long Mebibyte = 1L << 20;
    private const long PodBytes = 256 * Mebibyte;
    private const long ContainerBytes = 128 * Mebibyte;
    private const string Uid = "0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9";
    private const string Id = "5f0c7d0e9e7c4b7f8d1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d5e6f70";

    // By driver: systemd's writes the uid with underscores and names each level in full.
    private static readonly (string Name, string Pod, string Container)[] Pods =
    [
        ("systemd", $"/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod{Underscored}.slice",
            $"cri-containerd-{Id}.scope"),
        ("systemd, guaranteed", $"/kubepods.slice/kubepods-pod{Underscored}.slice", $"cri-containerd-{Id}.scope"),
        ("cgroupfs", $"/kubepods/burstable/pod{Uid}", Id),
        ("cgroupfs, guaranteed", $"/kubepods/pod{Uid}", Id),
    ];

    public static IReadOnlyList<(string Name, Action Check)> All =>
    [
        .. Pods.Select(pod => (
            $"a container's limit is its own, and its pod's where it has none ({pod.Name})",
            (Action)(() => LimitOfContainer(pod.Pod, pod.Container)))),
        .. Pods.Select(pod => (
            $"a silo in a container takes the container's limit for its memory ({pod.Name})",
            (Action)(() => OwnLimit(pod.Pod, pod.Container)))),
        ("a silo in a cgroup namespace of its own finds its limit", OwnLimitInNamespace),
        ("a silo whose mount begins outside of its namespace says so, and does not take the machine's", NoGuess),
    ];

    private static string Underscored => Uid.Replace('-', '_');

    private static void LimitOfContainer(string path, string name)
    {
        using var pod = new Cgroup(path);
        using var container = new Cgroup($"{path}/{name}");
        pod.MaxBytes = PodBytes;
        container.MaxBytes = ContainerBytes;
        Expect.That(container.Read().HardLimitBytes == ContainerBytes, container.Read());
        Expect.That(container.Read() is { UsageBytes: 0, Pressure: not null }, container.Read());

        container.MaxBytes = null;
        CgroupLimit limit = container.ReadLimit();
        Expect.That(limit.Bytes == PodBytes && limit.Directory == pod.Directory, limit);
    }

    private static void OwnLimit(string path, string name)
    {
        using var pod = new Cgroup(path);
        using var container = new Cgroup($"{path}/{name}");
        pod.MaxBytes = PodBytes;
        container.MaxBytes = ContainerBytes;
        string own = Held.Output(container, "own", nameof(MemoryScope.Own));
        Expect.That(own == Limited(container.Directory), own);

        string machine = Held.Output(container, "own", nameof(MemoryScope.Machine));
        Expect.That(long.Parse(machine, CultureInfo.InvariantCulture) > PodBytes, machine);
    }

    private static void OwnLimitInNamespace()
    {
        (_, string path, string name) = Pods[0];
        using var container = new Cgroup($"{path}/{name}");
        container.MaxBytes = ContainerBytes;
        string own = Held.Output(container, "own", nameof(MemoryScope.Own), "inside");
        Expect.That(own == Limited("/sys/fs/cgroup"), own);
    }

    private static void NoGuess()
    {
        (_, string path, string name) = Pods[0];
        using var container = new Cgroup($"{path}/{name}");
        container.MaxBytes = ContainerBytes;
        string own = Held.Output(container, "own", nameof(MemoryScope.Own), "outside");
        Expect.That(own.StartsWith("absent cgroup '/' is not shown", StringComparison.Ordinal), own);
    }

    private static string Limited(string directory) =>
        string.Create(CultureInfo.InvariantCulture, $"{ContainerBytes} {directory}");
}
