using Xunit;

namespace Headroom.Tidy.Tests;

public sealed class FormTests
{
    private const int MaxFileLines = 400;
    private const int MaxLineLength = 120;

    [Fact]
    public void Files_HaveFewEnoughLines() => Findings.None(Repository.SourceFiles()
        .Select(path => (path, lines: Repository.Lines(path).Length))
        .Where(file => file.lines > MaxFileLines));

    [Fact]
    public void Lines_AreShortEnough() => Findings.None(Repository.SourceFiles()
        .SelectMany(path => Repository.Lines(path).Select((line, at) => (place: $"{path}:{at + 1}", line)))
        .Where(found => found.line.Length > MaxLineLength)
        .Select(found => found.place));

    // The tour in the README is the program that the tests run.
    [Fact]
    public void Readme_ShowsTheTourThatRuns()
    {
        string sample = Repository.Text("samples/Tour/Program.cs");
        string body = sample[sample.IndexOf("HostApplicationBuilder", StringComparison.Ordinal)..].Trim();
        Assert.Contains(body, Repository.Text("README.md"), StringComparison.Ordinal);
    }

    [Fact]
    public void Tests_DoNotSleep() => Findings.None(Repository.SourceFiles()
        .Where(path => !path.StartsWith("tests/Tidy.Tests/", StringComparison.Ordinal))
        .Where(path => Repository.Text(path).Contains("Thread" + ".Sleep", StringComparison.Ordinal)));

    // Names that say nothing of what a thing is, and leftovers.
    [Theory]
    [InlineData("class [A-Za-z]*(Manager|Helper|Util|Utils)\\b")]
    [InlineData("(?i)\\bTODO\\b|\\bFIXME\\b|\\bHACK\\b")]
    [InlineData("^\\s*#region")]
    [InlineData("(?i)NotImplementedException")]
    public void Sources_DoNotSay(string pattern)
    {
        var expression = new System.Text.RegularExpressions.Regex(pattern);
        Findings.None(Repository.SourceFiles()
            .Where(path => !path.StartsWith("tests/Tidy.Tests/", StringComparison.Ordinal))
            .SelectMany(path => Repository.Lines(path).Select((line, at) => $"{path}:{at + 1}: {line.Trim()}"))
            .Where(line => expression.IsMatch(line[(line.IndexOf(": ", StringComparison.Ordinal) + 2)..])));
    }
}
