using System.Reflection;
using Headroom.Images.Tests;
using Headroom.Support;
using Xunit;
using Xunit.Sdk;
using Xunit.v3;

[assembly: AssemblyFixture(typeof(BuiltImages))]
[assembly: Parallelization(Mode = ParallelMode.None)]

namespace Headroom.Images.Tests;

/// <summary>
/// The archives that <c>deploy/images/build</c> makes, loaded into a storage of podman that is gone when this is
/// disposed. One for all tests.
/// </summary>
public sealed class BuiltImages : IAsyncLifetime
{
    // About a minute on two cores, and some seconds when nothing has changed.
    private static readonly TimeSpan BuildLimit = TimeSpan.FromMinutes(10);
    private static readonly string[] Names = ["silo", "journal", "load"];

    private TemporaryFolder? _storage;
    private Podman? _podman;

    /// <summary>What runs containers of the images; skips the test where none can be made.</summary>
    public Podman Podman
    {
        get
        {
            Assert.SkipUnless(Environment.IsPrivilegedProcess, "images are built and run by root only");
            return _podman!;
        }
    }

    /// <summary>The name of an image.</summary>
    public static string Name(string image) => $"docker.io/headroom/{image}:{Metadata("Headroom.Version")}";

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        if (!Environment.IsPrivilegedProcess)
        {
            return;
        }

        string root = Path.GetFullPath(Metadata("Headroom.Root"));
        string archives = Path.Combine(root, "artifacts", "images");
        using var limit = new CancellationTokenSource(BuildLimit);
        await using (ChildProcess build =
            ChildProcess.StartFile(Path.Combine(root, "deploy", "images", "build"), archives))
        {
            int code = await build.ExitAsync(limit.Token);
            Assert.True(code == 0, $"deploy/images/build ended with {code}:{Environment.NewLine}{build}");
        }

        _storage = new TemporaryFolder();
        _podman = new Podman(_storage.Path);
        foreach (string name in Names)
        {
            await _podman.RunAsync("load", "--quiet", "--input", Path.Combine(archives, $"headroom-{name}.tar"));
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_podman is not null)
        {
            await _podman.RunAsync("rm", "--all", "--force", "--time", "0");
        }

        _storage?.Dispose();
    }

    private static string Metadata(string key) => typeof(BuiltImages).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(a => a.Key == key).Value!;
}
