using System.Globalization;
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

    // A file in the list had longer lines when the rule came; it may only have fewer, and then the list says so.
    [Fact]
    public void Lines_AreShortEnough()
    {
        Dictionary<string, int> known = Repository.Lines("tests/Tidy.Tests/long-lines.txt")
            .Select(line => line.Split(' '))
            .ToDictionary(parts => parts[1], parts => int.Parse(parts[0], CultureInfo.InvariantCulture));
        Findings.None(Repository.SourceFiles()
            .Select(path => (path, lines: Repository.Lines(path).Count(line => line.Length > MaxLineLength)))
            .Where(file => file.lines > known.GetValueOrDefault(file.path)));
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
