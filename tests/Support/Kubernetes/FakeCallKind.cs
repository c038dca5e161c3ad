namespace Headroom.Support.Kubernetes;

/// <summary>What an API server is asked for.</summary>
public enum FakeCallKind
{
    /// <summary>A list of pods.</summary>
    List,

    /// <summary>A watch of pods.</summary>
    Watch,

    /// <summary>A pod through its resize subresource.</summary>
    GetResize,

    /// <summary>Another limit for a container.</summary>
    PatchResize,

    /// <summary>A new Event.</summary>
    CreateEvent,

    /// <summary>A change of an Event.</summary>
    PatchEvent,

    /// <summary>Anything else, which is not there.</summary>
    Other,
}
