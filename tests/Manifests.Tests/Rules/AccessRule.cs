using k8s.Models;

namespace Headroom.Manifests.Tests.Rules;

/// <summary>What the silos may do at the API server: this, and no more; and it is they who may.</summary>
internal static class AccessRule
{
    private const string Account = "headroom-silo";
    private const string Space = "headroom";

    private static readonly string[] ClusterWide =
        ["/pods: list watch", "events.k8s.io/events: create patch"];

    private static readonly string[] Resizing = ["/pods/resize: get patch"];

    public static IEnumerable<string> Check(ManifestSet set) =>
    [
        .. set.Of<V1ClusterRole>().SelectMany(role => Role(
            $"ClusterRole {role.Metadata.Name}", role.Rules, ClusterWide)),
        .. set.Of<V1Role>().SelectMany(role => Role($"Role {role.Metadata.Name}", role.Rules, Resizing)),
        .. set.Of<V1ClusterRoleBinding>().SelectMany(binding => Binding(
            $"ClusterRoleBinding {binding.Metadata.Name}", binding.Subjects,
            binding.RoleRef.Kind == "ClusterRole" && set.Has<V1ClusterRole>(binding.RoleRef.Name))),
        .. set.Of<V1RoleBinding>().SelectMany(binding => Binding(
            $"RoleBinding {binding.Metadata.Name}", binding.Subjects,
            binding.RoleRef.Kind == "Role" && set.Of<V1Role>().Any(role => role.Metadata.Name == binding.RoleRef.Name
                && role.Metadata.NamespaceProperty == binding.Metadata.NamespaceProperty))),
        .. set.Silo is { } silo ? Silo(set, silo) : [],
    ];

    private static IEnumerable<string> Role(string name, IList<V1PolicyRule> rules, string[] expected)
    {
        string[] found =
        [
            .. from rule in rules
               from space in rule.ApiGroups ?? []
               from resource in rule.Resources ?? []
               orderby space, resource
               select $"{space}/{resource}: {string.Join(' ', rule.Verbs.Order(StringComparer.Ordinal))}",
        ];
        if (!found.Order(StringComparer.Ordinal).SequenceEqual(expected.Order(StringComparer.Ordinal)))
        {
            yield return $"{name} allows [{string.Join("; ", found)}] and not [{string.Join("; ", expected)}]";
        }
    }

    private static IEnumerable<string> Binding(string name, IList<Rbacv1Subject> subjects, bool hasRole)
    {
        if (!hasRole)
        {
            yield return $"{name} is about no role that is here";
        }

        if (subjects is not [{ Kind: "ServiceAccount", Name: Account, NamespaceProperty: Space }])
        {
            yield return $"{name} is not for the silos alone";
        }
    }

    private static IEnumerable<string> Silo(ManifestSet set, Workload silo)
    {
        if (silo.Pod.ServiceAccountName != Account || silo.Namespace != Space)
        {
            yield return $"{silo.Name} is not {Space}/{Account}";
        }

        if (!set.Of<V1ServiceAccount>().All(account => account.AutomountServiceAccountToken == false))
        {
            yield return "a token is mounted where nobody asked for it";
        }

        if (!set.Of<V1ClusterRoleBinding>().Any())
        {
            yield return $"{silo.Name} may not see its node's pods";
        }
    }
}
