namespace Headroom.Silo.Kubernetes.Discovery;

/// <summary>The name of the budget of a pod's container: namespace, pod and container with colons between, of which
/// none is in a Kubernetes name.</summary>
internal static class BudgetName
{
    private const char Separator = ':';

    /// <summary>The name; null when it would be too long.</summary>
    public static string? Of(string podNamespace, string pod, string container)
    {
        string name = string.Join(Separator, podNamespace, pod, container);
        return ResourceName.IsValid(name) ? name : null;
    }

    /// <summary>Whether a budget's name is that of a pod's container.</summary>
    public static bool IsOfPod(string name) => TrySplit(name, out _, out _, out _);

    /// <summary>Takes a name apart; false when it is not that of a pod's container.</summary>
    public static bool TrySplit(string name, out string podNamespace, out string pod, out string container)
    {
        string[] parts = name.Split(Separator);
        bool isName = parts.Length == 3 && parts.All(part => part.Length > 0);
        (podNamespace, pod, container) = isName ? (parts[0], parts[1], parts[2]) : ("", "", "");
        return isName;
    }
}
