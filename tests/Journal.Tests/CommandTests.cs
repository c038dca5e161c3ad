using System.Text;
using Headroom.Samples.Journal.Engine;
using Headroom.Support;
using Xunit;

namespace Headroom.Journal.Tests;

/// <summary>The program as people start it.</summary>
public sealed class CommandTests : IDisposable
{
    private static readonly string Program = typeof(JournalStore).Assembly.Location;

    private readonly TemporaryFolder _folder = new();

    private string StorePath => Path.Combine(_folder.Path, "store");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Import_OfADirectory_ScansBackTheSame()
    {
        string source = Path.Combine(_folder.Path, "source");
        Directory.CreateDirectory(Path.Combine(source, "deep", "er"));
        byte[] large = new byte[5_000_000];
        new Random(1).NextBytes(large);
        await File.WriteAllBytesAsync(Path.Combine(source, "large"), large);
        await File.WriteAllTextAsync(Path.Combine(source, "deep", "er", "ümlaut"), "text");
        await File.WriteAllBytesAsync(Path.Combine(source, "empty"), []);
        File.CreateSymbolicLink(Path.Combine(source, "link"), "large");

        (int code, string output) = await RunAsync("import", source, "--memory", "16MiB");
        Assert.True(code == 0, output);
        await using JournalStore store = await Stores.OpenAsync(StorePath);
        Assert.Equal(["deep/er/ümlaut", "empty", "large"], (await store.ContentAsync()).Keys);
        Assert.Equal(large, await store.BytesAsync("large"));
        Assert.Equal(Encoding.UTF8.GetBytes("text"), await store.BytesAsync("deep/er/ümlaut"));
    }

    [Fact]
    public async Task Import_OfAFileLargerThanTheMemory_FailsSafelyAndSaysWhy()
    {
        string source = Path.Combine(_folder.Path, "source");
        Directory.CreateDirectory(source);
        await File.WriteAllBytesAsync(Path.Combine(source, "large"), new byte[5_000_000]);
        (int code, string output) = await RunAsync("import", source, "--memory", "4MiB");
        Assert.Equal(1, code);
        Assert.Contains("The local budget had", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_OfADamagedStore_SaysSo()
    {
        Assert.Equal(0, (await RunAsync("put", "key", "value", "--memory", "none")).Code);
        (int whole, _) = await RunAsync("verify", "--memory", "none");
        Assert.Equal(0, whole);
        using (FileStream file = new(Stores.Segment(StorePath, 1), FileMode.Open))
        {
            file.Position = FileHeader.Bytes + Frames.KeyOffset + 4;
            file.WriteByte((byte)'V');
        }

        (int damaged, string output) = await RunAsync("verify", "--memory", "none");
        Assert.Equal(1, damaged);
        Assert.Contains("damaged at byte 48", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("get")]
    [InlineData("get", "key", "--memory", "nine")]
    [InlineData("work", "--readers", "-1")]
    [InlineData("nonsense")]
    public async Task Run_WithAWrongLine_FailsAndSaysWhatIsRight(params string[] line)
    {
        (int code, string output) = await RunAsync(line);
        Assert.Equal(1, code);
        Assert.NotEqual("", output);
        Assert.False(Directory.Exists(StorePath));
    }

    [Fact]
    public async Task Work_InLittleMemory_FailsNoCommitAndDamagesNothing()
    {
        (int code, string output) = await RunAsync("work", "--seconds", "2", "--memory", "6MiB", "--keys", "60");
        Assert.True(code == 0, output);
        Assert.Contains("Optional", output, StringComparison.Ordinal);
        (int verified, string after) = await RunAsync("verify", "--memory", "none");
        Assert.True(verified == 0, after);
    }

    private async Task<(int Code, string Output)> RunAsync(params string[] line)
    {
        await using ChildProcess child = ChildProcess.Start(Program, [.. line, "--store", StorePath]);
        int code = await child.ExitAsync(TestContext.Current.CancellationToken);
        return (code, child.ToString());
    }
}
