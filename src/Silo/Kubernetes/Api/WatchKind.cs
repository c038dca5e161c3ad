namespace Headroom.Silo.Kubernetes.Api;

/// <summary>What a line of a watch says.</summary>
internal enum WatchKind
{
    /// <summary>The pod was made, or has changed.</summary>
    Present,

    /// <summary>The pod is gone.</summary>
    Gone,

    /// <summary>Nothing but how far the watch has come.</summary>
    Bookmark,
}
