using Headroom.Manifests.Tests.Rules;
using Xunit;

namespace Headroom.Manifests.Tests;

/// <summary>What is applied is right, as far as that can be said without a cluster.</summary>
public sealed class RenderingTests
{
    public static TheoryData<string> Folders => [.. Rendering.Folders];

    [Theory]
    [MemberData(nameof(Folders))]
    public async Task Manifests_Rendered_AreAsTheyShouldBe(string folder)
    {
        IReadOnlyList<(string Check, string Finding)> findings = await Verdict.OfAsync(await Rendering.OfAsync(folder));

        Assert.True(
            findings.Count == 0, string.Join('\n', findings.Select(one => $"{one.Check}: {one.Finding}")));
    }

    [Fact]
    public void Folders_EachOverlay_IsRendered() => Assert.Equal(
        Directory.GetDirectories(Path.Combine(Tidy.Tests.Repository.Root, "deploy/k8s/overlays"))
            .Select(path => $"deploy/k8s/overlays/{Path.GetFileName(path)}").Order(StringComparer.Ordinal),
        Rendering.Folders.Where(path => path.Contains("/overlays/", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal));

    // No namespace, no place: the names are where the SDK goes by itself in a pod.
    [Fact]
    public void HeadroomOptions_InAPod_GoWhereTheServicesAre()
    {
        const string variable = "HEADROOM_NAMESPACE";
        string? before = Environment.GetEnvironmentVariable(variable);
        Environment.SetEnvironmentVariable(variable, "shop");
        try
        {
            var options = new HeadroomOptions();
            Assert.Equal((PlaceRule.Gateway, PlaceRule.StandIn), (options.Gateway, options.StandInGateway));
        }
        finally
        {
            Environment.SetEnvironmentVariable(variable, before);
        }
    }

    [Theory]
    [InlineData("deploy/k8s/overlays/local", "DaemonSet", 1)]
    [InlineData("deploy/k8s/overlays/redis", "StatefulSet", 1)]
    [InlineData("deploy/k8s/overlays/postgres", "Secret", 0)]
    [InlineData("deploy/k8s/overlays/chaos", "Job", 1)]
    [InlineData("samples/Journal/k8s", "RoleBinding", 1)]
    [InlineData("tests/Manifests.Tests/Rendered/options", "ServiceMonitor", 1)]
    [InlineData("tests/Manifests.Tests/Rendered/options", "ValidatingAdmissionPolicy", 1)]
    public async Task Manifests_Rendered_HaveWhatTheyAreFor(string folder, string kind, int expected) => Assert.Equal(
        expected, ManifestSet.Load(await Rendering.OfAsync(folder)).Objects.Count(made => made.Kind == kind));
}
