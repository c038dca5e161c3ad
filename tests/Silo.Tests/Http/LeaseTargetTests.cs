using Headroom.Silo.Http.Leases;
using Xunit;

namespace Headroom.Silo.Tests.Http;

public sealed class LeaseTargetTests
{
    [Fact]
    public void WireId_SameTargetAndRequest_SameId() =>
        Assert.Equal(new LeaseTarget("h", "c", "s").WireId("r"), new LeaseTarget("h", "c", "s").WireId("r"));

    [Fact]
    public void WireId_AnyPartDiffers_AnotherId()
    {
        Guid[] ids =
        [
            new LeaseTarget("h", "c", "s").WireId("r"),
            new LeaseTarget("h2", "c", "s").WireId("r"),
            new LeaseTarget("h", "c2", "s").WireId("r"),
            new LeaseTarget("h", "c", "s2").WireId("r"),
            new LeaseTarget("h", "c", "s").WireId("r2"),
            new LeaseTarget("hc", "", "s").WireId("r"),
            new LeaseTarget("h", "c", "sr").WireId(""),
        ];
        Assert.Equal(ids.Length, ids.Distinct().Count());
    }
}
