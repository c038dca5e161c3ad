using Headroom.Silo.Lending;
using Headroom.Silo.Monitoring;
using Headroom.Silo.Options;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Headroom.Silo.Tests.Lending;

public sealed class LendingServicesTests
{
    private const long Bytes = 1L << 20;

    // In a pod the monitor looks at the node's cgroups, where they are mounted for it. The silo's own cgroup, whose
    // limit is what its loans are charged to, is not shown there: that is another namespace's tree.
    [Fact]
    public async Task AllocateAsync_MonitorLooksElsewhere_LendsWhatItsOwnCgroupHas()
    {
        var services = new ServiceCollection();
        services.AddSingleton(TimeProvider.System);
        services.AddMetrics();
        services.Configure<MonitorOptions>(options => options.SysRoot = "/host/sys");
        services.AddLending(new ClusterSettings());
        await using ServiceProvider provider = services.BuildServiceProvider();
        PledgedMemory memory = provider.GetRequiredService<PledgedMemory>();

        Assert.NotNull(await memory.AllocateAsync(1, Bytes, TestContext.Current.CancellationToken));
    }
}
