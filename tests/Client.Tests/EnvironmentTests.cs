using Xunit;

namespace Headroom.Client.Tests;

/// <summary>Alone, because the environment is the whole process's.</summary>
[CollectionDefinition(nameof(EnvironmentTests), DisableParallelization = true)]
[Collection(nameof(EnvironmentTests))]
public sealed class EnvironmentTests
{
    private static readonly string[] Names =
    [
        "HEADROOM_CONTAINER", "HEADROOM_HOST", "HEADROOM_GATEWAY", "NODE_NAME", "HEADROOM_NAMESPACE", "HEADROOM_POD",
        "HEADROOM_STAND_IN_GATEWAY",
    ];

    [Fact]
    public void HeadroomOptions_EnvironmentSet_FollowsIt()
    {
        string?[] before = Set("a", "b", "c:1", "d");
        try
        {
            var options = new HeadroomOptions();
            Assert.Equal(("a", "b", "c:1"), (options.Container, options.Host, options.Gateway));
            Assert.Equal("", options.StandInGateway);
            Set("a", null, "c:1", "d");
            Assert.Equal("d", new HeadroomOptions().Host);
        }
        finally
        {
            Set(before);
        }
    }

    // The three lines of deploy/k8s/components/client are all that a pod needs.
    [Theory]
    [InlineData(null)]
    [InlineData("store-0")]
    public void HeadroomOptions_InAPod_FindsItsBudgetAndTheGatewayOfItsNode(string? pod)
    {
        string?[] before = Set("app", "node-7", null, null, "shop", pod);
        try
        {
            var options = new HeadroomOptions();
            Assert.Equal($"shop:{pod ?? System.Net.Dns.GetHostName()}:app", options.Container);
            Assert.Equal("node-7", options.Host);
            Assert.Equal("headroom.headroom.svc:30000", options.Gateway);
            Assert.Equal("headroom-stand-in.headroom.svc:30000", options.StandInGateway);
            Assert.True(new HeadroomOptionsValidator().Validate(null, options).Succeeded);
        }
        finally
        {
            Set(before);
        }
    }

    [Fact]
    public void HeadroomOptions_InAPodWithAGatewayOfItsOwn_HasNoStandInUnlessSet()
    {
        string?[] before = Set("app", "node-7", "other:1", null, "shop", "p-1");
        try
        {
            Assert.Equal(("other:1", ""), (new HeadroomOptions().Gateway, new HeadroomOptions().StandInGateway));
            Set("app", "node-7", null, null, "shop", "p-1");
            Assert.Equal("", new HeadroomOptions { Gateway = "other:1" }.StandInGateway);
            Assert.Equal("", new HeadroomOptions { StandInGateway = "" }.StandInGateway);
            Set("app", "node-7", "other:1", null, "shop", "p-1", "third:2");
            Assert.Equal("third:2", new HeadroomOptions().StandInGateway);
        }
        finally
        {
            Set(before);
        }
    }

    private static string?[] Set(params string?[] values)
    {
        string?[] before = [.. Names.Select(Environment.GetEnvironmentVariable)];
        for (int i = 0; i < Names.Length; i++)
        {
            Environment.SetEnvironmentVariable(Names[i], i < values.Length ? values[i] : null);
        }

        return before;
    }
}
