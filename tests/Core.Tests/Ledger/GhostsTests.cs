using Xunit;

namespace Headroom.Core.Tests.Ledger;

public sealed class GhostsTests
{
    private static readonly ProcessIdentity Process = new(1, 1, 1, "boot");

    [Fact]
    public void Read_FromBeforeTheLapse_ReplacesNothing()
    {
        var ghosts = new Ghosts();
        ghosts.Add(Given.Id(1), ProcessIdentity.None, 100, 0, watch: 5, Given.At(1));
        ghosts.AddUnwitnessed(50, 50, watch: 5, Given.At(1));

        ghosts.Read(4, new HashSet<Guid>(), Given.At(1));
        Assert.Equal(150, ghosts.Bytes);

        ghosts.Read(5, new HashSet<Guid>(), Given.At(1));
        Assert.Equal(0, ghosts.Bytes);
        Assert.Equal(0, ghosts.BeyondBytes);
    }

    [Fact]
    public void Read_ProcessIsVisible_GoesByTheProcessAlone()
    {
        var ghosts = new Ghosts();
        ghosts.Add(Given.Id(1), Process, 100, 0, watch: 5, Given.At(1));

        ghosts.Read(9, new HashSet<Guid> { Given.Id(1) }, Given.At(1));
        ghosts.Shrink(Given.Id(1), 30, watch: 9, Given.At(1));

        Assert.Equal(30, ghosts.Bytes);
        ghosts.Shrink(Given.Id(1), 80, watch: 10, Given.At(1));
        Assert.Equal(30, ghosts.Bytes);
    }

    [Fact]
    public void Read_AuthorityNotConfirmedSinceTheLapse_ReplacesNothing()
    {
        var ghosts = new Ghosts();
        ghosts.Add(Given.Id(1), ProcessIdentity.None, 100, 0, watch: 5, Given.At(10));
        ghosts.Add(Given.Id(2), Process, 20, 0, watch: 5, Given.At(10));
        ghosts.AddUnwitnessed(50, 50, watch: 5, Given.At(10));

        ghosts.Read(6, new HashSet<Guid> { Given.Id(2) }, confirmed: Given.At(9));
        ghosts.Shrink(Given.Id(2), 5, watch: 6, confirmed: Given.At(9));
        Assert.Equal(170, ghosts.Bytes);

        ghosts.Read(7, new HashSet<Guid> { Given.Id(2) }, confirmed: Given.At(10));
        ghosts.Shrink(Given.Id(2), 5, watch: 7, confirmed: Given.At(10));
        Assert.Equal(5, ghosts.Bytes);
    }

    [Fact]
    public void ForgetBases_AllCountsBeyond()
    {
        var ghosts = new Ghosts();
        ghosts.Add(Given.Id(1), Process, 100, 70, watch: 1, Given.At(1));
        ghosts.AddUnwitnessed(50, 20, watch: 1, Given.At(1));
        Assert.Equal(50, ghosts.BeyondBytes);

        ghosts.ForgetBases();

        Assert.Equal(150, ghosts.BeyondBytes);
        ghosts.Remove(Given.Id(1));
        ghosts.Read(1, new HashSet<Guid>(), Given.At(1));
        Assert.Equal((0, 0), (ghosts.Bytes, ghosts.BeyondBytes));
    }

    [Fact]
    public void Add_Nothing_IsNoGhost()
    {
        var ghosts = new Ghosts();
        ghosts.Add(Given.Id(1), Process, 0, 10, watch: 1, Given.At(1));
        ghosts.AddUnwitnessed(0, 0, watch: 1, Given.At(1));

        Assert.False(ghosts.Knows(Given.Id(1)));
        Assert.Empty(ghosts.Watched);
    }
}
