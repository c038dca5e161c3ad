namespace Headroom.Support.Kubernetes;

/// <summary>What the node and its kubelet do about resizes.</summary>
public sealed class FakeNode
{
    /// <summary>How long the kubelet takes.</summary>
    public TimeSpan Delay { get; set; } = TimeSpan.FromMilliseconds(20);

    /// <summary>What the node can give to pods at all: more is refused at once. Null for no bound.</summary>
    public long? AllocatableBytes { get; set; }

    /// <summary>What it has free now: more is deferred. Null for no bound.</summary>
    public long? FreeBytes { get; set; }

    /// <summary>Above this the kubelet finds it infeasible. Null for no bound.</summary>
    public long? FeasibleBytes { get; set; }

    /// <summary>What the limits of a namespace may sum up to. Null for no quota.</summary>
    public long? QuotaBytes { get; set; }

    /// <summary>Whether the kubelet says which generation its conditions are about.</summary>
    public bool TellsGeneration { get; set; } = true;

    /// <summary>
    /// Puts a limit into a real cgroup: namespace, pod, container, bytes. What it throws is what the kubelet could not
    /// do. Null: nothing is done.
    /// </summary>
    public Action<string, string, string, long>? Apply { get; set; }
}
