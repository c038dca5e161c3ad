namespace Headroom.Silo.Kubernetes.Pods;

/// <summary>What a container is in its pod.</summary>
internal enum ContainerKind
{
    /// <summary>One that runs as long as the pod does.</summary>
    App,

    /// <summary>An init container that is started again whenever it ends, and so runs beside the others.</summary>
    Sidecar,

    /// <summary>
    /// One that ends before the others start. It has no budget: it is gone before there is a session.
    /// </summary>
    Init,
}
