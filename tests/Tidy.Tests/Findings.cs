using Xunit;

namespace Headroom.Tidy.Tests;

/// <summary>What a rule found against the repository.</summary>
internal static class Findings
{
    /// <summary>Fails with all of them, one a line.</summary>
    internal static void None<T>(IEnumerable<T> findings)
    {
        string[] all = [.. findings.Select(finding => $"{finding}")];
        Assert.True(all.Length == 0, string.Join(Environment.NewLine, all));
    }
}
