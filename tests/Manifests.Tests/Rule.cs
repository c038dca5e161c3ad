using Headroom.Manifests.Tests.Rules;

namespace Headroom.Manifests.Tests;

/// <summary>A rule of this project about its manifests.</summary>
/// <param name="Name">What mutations name it by.</param>
/// <param name="Check">What is against it, a line for each.</param>
internal sealed record Rule(string Name, Func<ManifestSet, IEnumerable<string>> Check)
{
    public static IReadOnlyList<Rule> All { get; } =
    [
        new("selectors", SelectorRule.Check),
        new("ports", PortRule.Check),
        new("network", NetworkRule.Check),
        new("restricted", RestrictedRule.Check),
        new("probes", ProbeRule.Check),
        new("stopping", StoppingRule.Check),
        new("memory", MemoryRule.Check),
        new("access", AccessRule.Check),
        new("settings", SettingRule.Check),
        new("references", ReferenceRule.Check),
        new("disruption", DisruptionRule.Check),
        new("clients", ClientRule.Check),
        new("place", PlaceRule.Check),
        new("images", ImageRule.Check),
    ];
}
