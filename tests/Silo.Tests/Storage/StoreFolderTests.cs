using Headroom.Silo.Storage;
using Headroom.Support;
using Xunit;

namespace Headroom.Silo.Tests.Storage;

public sealed class StoreFolderTests
{
    [Fact]
    public void Open_MissingFolder_MakesItForItsOwnerOnly()
    {
        using var temporary = new TemporaryFolder();
        string path = Path.Combine(temporary.Path, "a", "b");

        using StoreFolder folder = StoreFolder.Open(path);

        Assert.Equal(path, folder.Path);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, Mode(path));
    }

    [Fact]
    public void Open_HeldFolder_IsRefusedUntilItIsLetGo()
    {
        using var temporary = new TemporaryFolder();
        using (StoreFolder.Open(temporary.Path))
        {
            var error = Assert.Throws<StoreUnavailableException>(() => StoreFolder.Open(temporary.Path));
            Assert.Equal($"The store folder '{temporary.Path}' is in use by another silo.", error.Message);
        }

        StoreFolder.Open(temporary.Path).Dispose();
    }

    [Fact]
    public void ReadOrCreateKey_TwoStarts_GiveOneSecretKey()
    {
        using var temporary = new TemporaryFolder();
        byte[] first;
        using (StoreFolder folder = StoreFolder.Open(temporary.Path))
        {
            first = folder.ReadOrCreateKey();
        }

        using StoreFolder again = StoreFolder.Open(temporary.Path);
        Assert.Equal(first, again.ReadOrCreateKey());
        Assert.Equal(32, first.Length);
        Assert.Contains(first, b => b != 0);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, Mode(Path.Combine(temporary.Path, "cluster.key")));
    }

    [Fact]
    public void ReadOrCreateKey_DamagedFile_IsRefusedAndLeftAsItIs()
    {
        using var temporary = new TemporaryFolder();
        string file = Path.Combine(temporary.Path, "cluster.key");
        File.WriteAllBytes(file, [1, 2, 3]);
        using StoreFolder folder = StoreFolder.Open(temporary.Path);

        Assert.Throws<StoreUnavailableException>(folder.ReadOrCreateKey);
        Assert.Equal([1, 2, 3], File.ReadAllBytes(file));
    }

    private static UnixFileMode Mode(string path) =>
        OperatingSystem.IsWindows() ? throw new PlatformNotSupportedException() : File.GetUnixFileMode(path);
}
