using System.Text.Json;
using Xunit;

namespace Headroom.Images.Tests;

/// <summary>What an archive says of itself, and who runs it.</summary>
[Trait("Kind", "Process")]
public sealed class ImageFormTests(BuiltImages images)
{
    // Twice what the largest has: a debug build, or the packages of another platform, would be more.
    private const long BytesMax = 300L << 20;

    [Theory]
    [InlineData("silo", "Headroom.Silo.dll")]
    [InlineData("journal", "Headroom.Samples.Journal.dll")]
    [InlineData("load", "Headroom.LoadClient.dll")]
    public async Task Image_OfEachProgram_RunsItDirectlyAsANumberedUserAndSaysWhatItIs(string name, string program)
    {
        JsonElement image = await images.Podman.InspectAsync(BuiltImages.Name(name));
        JsonElement config = image.GetProperty("Config");

        // Directly, so that SIGTERM reaches the program; a number, so that a cluster sees that it is not root.
        Assert.Equal(["dotnet", program], Strings(config.GetProperty("Entrypoint")));
        Assert.Equal("10001:10001", config.GetProperty("User").GetString());
        Assert.Contains("DOTNET_EnableDiagnostics=0", Strings(config.GetProperty("Env")));
        JsonElement labels = config.GetProperty("Labels");
        Assert.Equal($"headroom/{name}", labels.GetProperty("org.opencontainers.image.title").GetString());
        foreach (string label in (string[])["description", "version", "revision", "licenses"])
        {
            Assert.NotEqual("", labels.GetProperty($"org.opencontainers.image.{label}").GetString());
        }

        Assert.InRange(image.GetProperty("Size").GetInt64(), 1, BytesMax);
    }

    private static string?[] Strings(JsonElement array) => [.. array.EnumerateArray().Select(item => item.GetString())];
}
