using System.Globalization;
using System.Text.Json.Nodes;
using System.Threading.Channels;

namespace Headroom.Support.Kubernetes;

/// <summary>The pods, every change of them with its version, and who watches.</summary>
internal sealed class FakePods
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, JsonObject> _pods = new(StringComparer.Ordinal);
    private readonly List<(long Version, string Line)> _history = [];
    private readonly List<FakeWatch> _watches = [];
    private long _version = 100;
    private long _oldest = 100;

    public long Version
    {
        get
        {
            lock (_gate)
            {
                return _version;
            }
        }
    }

    public int Watching
    {
        get
        {
            lock (_gate)
            {
                return _watches.Count;
            }
        }
    }

    /// <summary>Makes a pod, or replaces one.</summary>
    public void Put(JsonObject pod)
    {
        lock (_gate)
        {
            string key = Key(pod);
            string type = _pods.ContainsKey(key) ? "MODIFIED" : "ADDED";
            _pods[key] = pod;
            Tell(type, pod);
        }
    }

    /// <summary>Changes a pod as one step; null when there is none.</summary>
    public JsonObject? Change(string podNamespace, string name, Action<JsonObject> change)
    {
        lock (_gate)
        {
            if (!_pods.TryGetValue($"{podNamespace}/{name}", out JsonObject? pod))
            {
                return null;
            }

            change(pod);
            Tell("MODIFIED", pod);
            return (JsonObject)pod.DeepClone();
        }
    }

    public void Remove(string podNamespace, string name)
    {
        lock (_gate)
        {
            if (_pods.Remove($"{podNamespace}/{name}", out JsonObject? pod))
            {
                Tell("DELETED", pod);
            }
        }
    }

    public JsonObject? Find(string podNamespace, string name)
    {
        lock (_gate)
        {
            return (JsonObject?)_pods.GetValueOrDefault($"{podNamespace}/{name}")?.DeepClone();
        }
    }

    public IReadOnlyList<JsonObject> All(string? node = null)
    {
        lock (_gate)
        {
            return
            [
                .. _pods.Values
                    .Where(pod => node is null || (string?)pod["spec"]!["nodeName"] == node)
                    .Select(pod => (JsonObject)pod.DeepClone()),
            ];
        }
    }

    /// <summary>Forgets the changes up to now: a watch from before is too old.</summary>
    public void Compact()
    {
        lock (_gate)
        {
            // One that changes nothing, so that the newest version that anybody has is too old.
            _oldest = ++_version;
            _history.Clear();
        }
    }

    /// <summary>Begins a watch with what happened since a version.</summary>
    /// <exception cref="FakeStatus">That is too long ago.</exception>
    public FakeWatch Watch(long since, string? node)
    {
        lock (_gate)
        {
            if (since < _oldest)
            {
                throw FakeStatus.Expired(since);
            }

            var watch = new FakeWatch(node, Channel.CreateUnbounded<FakeWatchStep>());
            foreach ((long version, string line) in _history.Where(change => change.Version > since))
            {
                watch.Say(line, version);
            }

            _watches.Add(watch);
            return watch;
        }
    }

    public void Leave(FakeWatch watch)
    {
        lock (_gate)
        {
            _watches.Remove(watch);
        }
    }

    /// <summary>Does something to each watch.</summary>
    public void Each(Action<FakeWatch> act)
    {
        lock (_gate)
        {
            foreach (FakeWatch watch in _watches)
            {
                act(watch);
            }
        }
    }

    /// <summary>Tells the last changes again, the newest first.</summary>
    public void Repeat(int count)
    {
        lock (_gate)
        {
            foreach ((long version, string line) in _history.TakeLast(count).Reverse())
            {
                foreach (FakeWatch watch in _watches)
                {
                    watch.Say(line, version);
                }
            }
        }
    }

    private void Tell(string type, JsonObject pod)
    {
        _version++;
        pod["metadata"]!["resourceVersion"] = _version.ToString(CultureInfo.InvariantCulture);
        string line = new JsonObject { ["type"] = type, ["object"] = pod.DeepClone() }.ToJsonString();
        _history.Add((_version, line));
        foreach (FakeWatch watch in _watches)
        {
            watch.Say(line, _version);
        }
    }

    private static string Key(JsonObject pod) =>
        $"{(string?)pod["metadata"]!["namespace"]}/{(string?)pod["metadata"]!["name"]}";
}
