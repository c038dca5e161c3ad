using Xunit;

namespace Headroom.Client.Tests;

public sealed class ProcessWitnessTests
{
    [Fact]
    public void Find_OnLinux_IsThisProcess()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux shows processes in /proc.");

        ProcessIdentity found = ProcessWitness.Find();

        Assert.Equal(Environment.ProcessId, found.Id);
        Assert.True(found.IsKnown);
        Assert.True(found.PidNamespace > 0);
        Assert.True(Guid.TryParse(found.BootId, out _), found.BootId);
        Assert.Equal(found, ProcessWitness.Find());
    }
}
