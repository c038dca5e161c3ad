using Xunit;

namespace Headroom.Client.Tests;

/// <summary>Alone, because the environment is the whole process's.</summary>
[CollectionDefinition(nameof(EnvironmentTests), DisableParallelization = true)]
[Collection(nameof(EnvironmentTests))]
public sealed class EnvironmentTests
{
    [Fact]
    public void HeadroomOptions_EnvironmentSet_FollowsIt()
    {
        string?[] before = Set("a", "b", "c:1", "d");
        try
        {
            var options = new HeadroomOptions();
            Assert.Equal(("a", "b", "c:1"), (options.Container, options.Host, options.Gateway));
            Set("a", null, "c:1", "d");
            Assert.Equal("d", new HeadroomOptions().Host);
        }
        finally
        {
            Set(before);
        }
    }

    private static string?[] Set(params string?[] values)
    {
        string[] names = ["HEADROOM_CONTAINER", "HEADROOM_HOST", "HEADROOM_GATEWAY", "NODE_NAME"];
        string?[] before = [.. names.Select(Environment.GetEnvironmentVariable)];
        for (int i = 0; i < names.Length; i++)
        {
            Environment.SetEnvironmentVariable(names[i], values[i]);
        }

        return before;
    }
}
