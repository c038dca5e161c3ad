using System.Text.RegularExpressions;
using Xunit;

namespace Headroom.Tidy.Tests;

public sealed partial class DocumentTests
{
    private static string[] Documents =>
    [
        .. Repository.Files("docs", ".md"),
        .. Directory.GetFiles(Repository.Root, "*.md").Select(path => Path.GetFileName(path)),
    ];

    [Fact]
    public void Links_LeadSomewhere()
    {
        var broken = new List<string>();
        foreach (string document in Documents)
        {
            string folder = Path.GetDirectoryName(Path.Combine(Repository.Root, document))!;
            foreach (Match link in Link().Matches(Repository.Text(document)))
            {
                string target = link.Groups[1].Value.Split('#')[0];
                if (target.Length > 0 && !target.Contains("://", StringComparison.Ordinal)
                    && !Path.Exists(Path.Combine(folder, target)))
                {
                    broken.Add($"{document}: {target}");
                }
            }
        }

        Findings.None(broken);
    }

    [Fact]
    public void Paths_ThatDocumentsName_Exist() => Findings.None(Documents
        .SelectMany(document => NamedPath().Matches(Repository.Text(document))
            .Select(match => (document, match.Groups[1].Value)))
        .Where(named => !Path.Exists(Path.Combine(Repository.Root, named.Value)))
        .Distinct());

    // Those of the SDK are compared with their levels by its own tests.
    [Fact]
    public void Logs_OfKubernetes_AreInTheDocument()
    {
        string[] there = [.. LogNumber().Matches(Repository.Text("src/Silo/Kubernetes/LogEvents.cs"))
            .Select(match => match.Groups[1].Value)];
        string[] told = [.. LogRow().Matches(Repository.Text("docs/OBSERVABILITY.md"))
            .Select(match => match.Groups[1].Value)];

        Assert.NotEmpty(there);
        Assert.Equal(there.Order(StringComparer.Ordinal), told.Order(StringComparer.Ordinal));
    }

    [GeneratedRegex(@"int \w+ = (\d+);")]
    private static partial Regex LogNumber();

    [GeneratedRegex(@"^\| (14\d\d) \|", RegexOptions.Multiline)]
    private static partial Regex LogRow();

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"`((?:src|tests|bench|samples|docs)/[A-Za-z0-9_./-]*[A-Za-z0-9])`")]
    private static partial Regex NamedPath();
}
