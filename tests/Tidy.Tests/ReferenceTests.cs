using System.Xml.Linq;
using Xunit;

namespace Headroom.Tidy.Tests;

public sealed class ReferenceTests
{
    [Theory]
    [InlineData("Core", "", "")]
    [InlineData("Contracts", "", "Microsoft.Orleans.Sdk")]
    [InlineData("Grains", "Contracts Core", null)]
    [InlineData("Silo", "Grains", null)]
    [InlineData("Client", "Contracts Core", null)]
    [InlineData("AspNetCore", "Client", null)]
    [InlineData("Buffers", "Client", null)]
    [InlineData("Caching", "Client", null)]
    [InlineData("RateLimiting", "Client", null)]
    public void Project_RefersOnlyTo(string project, string projects, string? packages)
    {
        XDocument file = XDocument.Load(Path.Combine(Repository.Root, "src", project, $"{project}.csproj"));

        string[] found = [.. Included(file, "ProjectReference").Select(Path.GetFileNameWithoutExtension).Order()!];
        Assert.Equal(projects.Split(' ', StringSplitOptions.RemoveEmptyEntries), found);
        if (packages is not null)
        {
            Assert.Equal(
                packages.Split(' ', StringSplitOptions.RemoveEmptyEntries), Included(file, "PackageReference"));
        }
    }

    [Fact]
    public void Sources_EachProjectIsListedAbove() => Assert.Equal(
        ["AspNetCore", "Buffers", "Caching", "Client", "Contracts", "Core", "Grains", "RateLimiting", "Silo"],
        Repository.Files("src", ".csproj").Select(Path.GetFileNameWithoutExtension));

    [Fact]
    public void Sources_ThatAllProjectsShare_AreAnalyzersOnly()
    {
        XDocument file = XDocument.Load(Path.Combine(Repository.Root, "src", "Directory.Build.props"));

        Assert.Empty(Included(file, "ProjectReference"));
        Assert.All(
            file.Descendants("PackageReference"),
            package => Assert.Equal("all", package.Attribute("PrivateAssets")?.Value));
    }

    private static IEnumerable<string> Included(XDocument file, string kind) =>
        file.Descendants(kind).Select(item => item.Attribute("Include")!.Value);
}
