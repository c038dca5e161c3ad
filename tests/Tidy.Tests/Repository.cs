namespace Headroom.Tidy.Tests;

/// <summary>The files of this repository as they were written, without what building makes of them.</summary>
internal static class Repository
{
    private static readonly HashSet<string> Built = new(
        ["bin", "obj", ".git", "artifacts", "BenchmarkDotNet.Artifacts", "TestResults", "node_modules"],
        StringComparer.Ordinal);

    internal static string Root { get; } = FindRoot();

    /// <summary>Paths from the root, with forward slashes, in order.</summary>
    internal static string[] Files(string folder, string extension)
    {
        string start = Path.Combine(Root, folder);
        return Directory.Exists(start)
            ? [.. Walk(start)
                .Where(path => path.EndsWith(extension, StringComparison.Ordinal))
                .Select(path => Path.GetRelativePath(Root, path).Replace('\\', '/'))
                .Order(StringComparer.Ordinal)]
            : [];
    }

    internal static string[] SourceFiles() =>
        [.. new[] { "src", "tests", "bench", "samples" }.SelectMany(folder => Files(folder, ".cs"))];

    internal static string[] Lines(string path) => File.ReadAllLines(Path.Combine(Root, path));

    internal static string Text(string path) => File.ReadAllText(Path.Combine(Root, path));

    private static IEnumerable<string> Walk(string folder) => Directory.EnumerateFiles(folder).Concat(
        Directory.EnumerateDirectories(folder)
            .Where(child => !Built.Contains(Path.GetFileName(child)))
            .SelectMany(Walk));

    private static string FindRoot()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Cluster.sln")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return folder ?? throw new InvalidOperationException("These tests run inside the repository.");
    }
}
