using System.Collections.Immutable;
using System.Globalization;

namespace Headroom.Silo.Kubernetes.Pods;

/// <summary>
/// The pods of this node as far as is known. Lines of a watch may come twice, late, or out of order: an older version
/// of a pod does not replace a newer one, and one that is gone does not come back. Safe for use by several threads.
/// </summary>
internal sealed class PodSet
{
    private readonly Lock _gate = new();
    private readonly HashSet<string> _gone = new(StringComparer.Ordinal);
    private ImmutableSortedDictionary<string, Pod> _pods =
        ImmutableSortedDictionary.Create<string, Pod>(StringComparer.Ordinal);

    private TaskCompletionSource _changed = Signal();

    /// <summary>Whether the pods were ever listed. Until then that one is not here says nothing.</summary>
    public bool IsKnown { get; private set; }

    /// <summary>The pods, each name once.</summary>
    public IReadOnlyCollection<Pod> Pods
    {
        get
        {
            lock (_gate)
            {
                return [.. _pods.Values];
            }
        }
    }

    /// <summary>Completes with the next change. To miss none, take it before looking.</summary>
    public Task Changed
    {
        get
        {
            lock (_gate)
            {
                return _changed.Task;
            }
        }
    }

    /// <summary>Finds a pod; null when there is none of that name.</summary>
    public Pod? Find(string podNamespace, string name)
    {
        lock (_gate)
        {
            return _pods.GetValueOrDefault(Key(podNamespace, name));
        }
    }

    /// <summary>Takes a list: what is not in it is gone.</summary>
    public void Replace(IEnumerable<Pod> pods) => Change(() =>
    {
        ImmutableSortedDictionary<string, Pod> before = _pods;
        _pods = before.Clear();
        _gone.Clear();
        foreach (Pod pod in pods)
        {
            // The API server's memory may be older than what a watch has told already.
            Pod? known = before.GetValueOrDefault(Key(pod.Namespace, pod.Name));
            Put(known is not null && known.Uid == pod.Uid && IsOlder(pod, known) ? known : pod);
        }

        IsKnown = true;
    });

    /// <summary>Takes a pod that was made or has changed.</summary>
    public void Take(Pod pod) => Change(() =>
    {
        if (!_gone.Contains(pod.Uid))
        {
            Put(pod);
        }
    });

    /// <summary>A pod is gone.</summary>
    public void Remove(Pod pod) => Change(() =>
    {
        _gone.Add(pod.Uid);
        string key = Key(pod.Namespace, pod.Name);
        if (_pods.TryGetValue(key, out Pod? known) && known.Uid == pod.Uid)
        {
            _pods = _pods.Remove(key);
        }
    });

    /// <summary>How many pods are remembered as gone; a list forgets them.</summary>
    public int GoneCount
    {
        get
        {
            lock (_gate)
            {
                return _gone.Count;
            }
        }
    }

    private void Put(Pod pod)
    {
        string key = Key(pod.Namespace, pod.Name);
        if (!_pods.TryGetValue(key, out Pod? known)
            || (known.Uid == pod.Uid ? !IsOlder(pod, known) : pod.Created >= known.Created))
        {
            _pods = _pods.SetItem(key, pod);
        }
    }

    private void Change(Action change)
    {
        TaskCompletionSource changed;
        lock (_gate)
        {
            change();
            changed = _changed;
            _changed = Signal();
        }

        changed.SetResult();
    }

    // Versions of one kind of object compare as numbers. What is none says nothing of its age.
    private static bool IsOlder(Pod pod, Pod than) =>
        ulong.TryParse(pod.ResourceVersion, NumberStyles.None, CultureInfo.InvariantCulture, out ulong version)
        && ulong.TryParse(than.ResourceVersion, NumberStyles.None, CultureInfo.InvariantCulture, out ulong other)
        && version < other;

    private static string Key(string podNamespace, string name) => $"{podNamespace}/{name}";

    private static TaskCompletionSource Signal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
