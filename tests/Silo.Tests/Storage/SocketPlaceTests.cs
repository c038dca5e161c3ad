using Headroom.Silo.Storage;
using Xunit;

namespace Headroom.Silo.Tests.Storage;

public sealed class SocketPlaceTests
{
    [Fact]
    public void For_ShortFolder_IsInside() =>
        Assert.Equal("/var/lib/headroom/store.sock", SocketPlace.For("/var/lib/headroom").Path);

    [Fact]
    public void For_FolderTooLongForTheKernel_IsInATemporaryFolderThatIsRemoved()
    {
        SocketPlace place = SocketPlace.For("/" + new string('x', 100));
        Assert.InRange(place.Path.Length, 1, 103);
        Assert.True(Directory.Exists(Path.GetDirectoryName(place.Path)));

        place.Remove();

        Assert.False(Directory.Exists(Path.GetDirectoryName(place.Path)));
    }
}
