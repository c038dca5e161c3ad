using System.Text.RegularExpressions;
using Xunit;

namespace Headroom.Tidy.Tests;

/// <summary>The switches of the models, the runs that need them, and the list of mutations are one list.</summary>
public sealed partial class ModelTests
{
    private const string Folder = "docs/model";

    [Fact]
    public void Switches_OfTheModels_AreThoseOfTheRuns() => Findings.None(Difference(InModels(), InRuns()));

    [Fact]
    public void Switches_OfTheModels_AreThoseOfTheListOfMutations() =>
        Findings.None(Difference(InModels(), InMutations()));

    [Fact]
    public void Runs_NameModelsThatExist() => Findings.None(Repository.Lines($"{Folder}/runs")
        .Where(line => line.Length > 0 && line[0] != '#')
        .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[2])
        .Distinct()
        .Where(model => !File.Exists(Path.Combine(Repository.Root, Folder, $"{model}.pml"))));

    private static string[] InModels()
    {
        string[] switches =
        [
            .. Repository.Files(Folder, ".pml").SelectMany(path => Condition().Matches(Repository.Text(path))
                .Select(match => $"{Path.GetFileNameWithoutExtension(path)} {match.Groups[1].Value}"))
                .Where(found => !found.EndsWith(" LIVE", StringComparison.Ordinal))
                .Distinct(),
        ];
        Assert.NotEmpty(switches);
        return switches;
    }

    private static IEnumerable<string> InRuns() => Repository.Lines($"{Folder}/runs")
        .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        .Where(words => words is ["switch" or "live-switch", ..])
        .Select(words => $"{words[2]} {words[3]}");

    private static IEnumerable<string> InMutations() => Repository.Lines($"{Folder}/mutations.md")
        .Select(line => Row().Match(line))
        .Where(match => match.Success)
        .SelectMany(match => ModelIn().Matches(match.Groups[2].Value)
            .Select(model => $"{model.Groups[1].Value} {match.Groups[1].Value}"));

    private static HashSet<string> Difference(IEnumerable<string> models, IEnumerable<string> others)
    {
        HashSet<string> difference = [.. models];
        difference.SymmetricExceptWith(others);
        return difference;
    }

    [GeneratedRegex("^#ifdef ([A-Z]+)", RegexOptions.Multiline)]
    private static partial Regex Condition();

    // The last cell: a switch, and in brackets each model that has it with the states until it gives an error.
    [GeneratedRegex(@"\| ([A-Z]+) \(([^)]+)\) \|$")]
    private static partial Regex Row();

    [GeneratedRegex("([a-z]+): [0-9,]+")]
    private static partial Regex ModelIn();
}
