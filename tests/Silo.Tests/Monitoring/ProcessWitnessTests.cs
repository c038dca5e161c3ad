using System.Diagnostics;

using Headroom.Silo.Monitoring;

using Xunit;

namespace Headroom.Silo.Tests.Monitoring;

public sealed class ProcessWitnessTests
{
    [Theory]
    [InlineData("7 (sh) S 1 7 7 0 -1 4 1 2 3 4 5 6 7 8 20 0 1 0 4321 99 1\n", 'S', 1L, 4321L)]
    [InlineData("7 (a b) c) R (x) S 1 7 7 0 -1 4 1 2 3 4 5 6 7 8 20 0 3 0 4321 99 1\n", 'S', 3L, 4321L)]
    [InlineData("7 ()) Z 1 7 7 0 -1 4 1 2 3 4 5 6 7 8 20 0 1 0 18 99 1\n", 'Z', 1L, 18L)]
    public void Parse_NameWithSpacesAndParentheses_FindsTheFields(string text, char state, long threads, long start) =>
        Assert.Equal(new ProcessStat(state, threads, start), ProcessStat.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("7 (sh")]
    [InlineData("7 (sh) S 1 7 7")]
    [InlineData("7 (sh) SS 1 7 7 0 -1 4 1 2 3 4 5 6 7 8 20 0 1 0 4321 99 1\n")]
    [InlineData("7 (sh) S 1 7 7 0 -1 4 1 2 3 4 5 6 7 8 20 0 1 0 -1 99 1\n")]
    public void Parse_NoStatLine_IsNull(string text) => Assert.Null(ProcessStat.Parse(text));

    [Theory]
    [InlineData('S', 1, 500, nameof(ProcessFate.Alive))]
    [InlineData('D', 1, 500, nameof(ProcessFate.Alive))]
    [InlineData('S', 1, 501, nameof(ProcessFate.Gone))] // the id is another's now
    [InlineData('Z', 1, 500, nameof(ProcessFate.Gone))]
    [InlineData('Z', 0, 500, nameof(ProcessFate.Gone))]
    [InlineData('X', 1, 500, nameof(ProcessFate.Gone))]
    [InlineData('Z', 2, 500, nameof(ProcessFate.Alive))] // its first thread ended, another runs on
    public void Look_StateAndStart_GiveItsFate(char state, int threads, int start, string expectedFate)
    {
        using FixtureTree tree = WithProcess(state, threads, start);

        Assert.Equal(expectedFate, new ProcessWitness(tree.Proc).Look(7, 500).Fate.ToString());
    }

    [Fact]
    public void Look_Alive_GivesResidentBytesAndMemoryCgroup()
    {
        using FixtureTree tree = WithProcess('S', 1, 500);

        Assert.Equal(
            new ProcessSighting(ProcessFate.Alive, 30L * Environment.SystemPageSize, "/m"),
            new ProcessWitness(tree.Proc).Look(7, 500));
    }

    [Fact]
    public void Look_FirstThreadEnded_TakesTheMemoryOfAnother()
    {
        using FixtureTree tree = WithProcess('Z', 2, 500);
        tree.Write("proc/7/statm", "0 0 0 0 0 0 0\n");
        tree.Write("proc/7/task/7/statm", "0 0 0 0 0 0 0\n");
        tree.Write("proc/7/task/8/statm", "100 40 5 1 0 9 0\n");

        Assert.Equal(40L * Environment.SystemPageSize, new ProcessWitness(tree.Proc).Look(7, 500).ResidentBytes);
    }

    [Theory]
    [InlineData("0 0 0 0 0 0 0\n")] // ending: its memory map is no longer shown, but not yet free
    [InlineData("100\n")]
    [InlineData("100 x 5\n")]
    [InlineData("100 9223372036854775807 5\n")]
    public void Look_NoUsableResidentSize_IsAliveWithoutOne(string statm)
    {
        using FixtureTree tree = WithProcess('S', 1, 500);
        tree.Write("proc/7/statm", statm);

        Assert.Equal(
            new ProcessSighting(ProcessFate.Alive, null, "/m"), new ProcessWitness(tree.Proc).Look(7, 500));
    }

    [Fact]
    public void Look_StatUnreadable_SaysNothing()
    {
        using FixtureTree tree = WithProcess('S', 1, 500);
        tree.Write("proc/7/stat", "garbage");

        Assert.Equal(ProcessFate.Unknown, new ProcessWitness(tree.Proc).Look(7, 500).Fate);
    }

    [Theory]
    [InlineData("rw", nameof(ProcessFate.Gone))]
    [InlineData("rw,hidepid=off", nameof(ProcessFate.Gone))]
    [InlineData("rw,hidepid=invisible", nameof(ProcessFate.Unknown))]
    [InlineData("rw,gid=5,hidepid=2", nameof(ProcessFate.Unknown))]
    public void Look_NotThere_IsGoneUnlessProcessesAreHidden(string options, string expectedFate)
    {
        using FixtureTree tree = FixtureTree.Machine();
        tree.Write("proc/self/mountinfo", $"22 27 0:21 / /proc rw,relatime - proc proc {options}\n");

        Assert.Equal(expectedFate, new ProcessWitness(tree.Proc).Look(7, 500).Fate.ToString());
    }

    [Fact]
    public void Look_NothingMounted_SaysNothing() =>
        Assert.Equal(ProcessFate.Unknown, new ProcessWitness("/nonexistent").Look(7, 500).Fate);

    [Fact]
    public void Look_IdOutOfRange_Throws() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new ProcessWitness("/proc").Look(0, 500));

    [Fact]
    public async Task Look_RealChild_IsAliveThenZombieThenGone()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "/proc is Linux's");
        ProcessWitness witness = new("/proc");

        // The shell becomes a program that never waits for its child, which so stays a zombie until that program ends.
        using Process shell = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", "sleep 0 & echo $!; exec cat"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        int zombie = int.Parse(
            (await shell.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken))!,
            System.Globalization.CultureInfo.InvariantCulture);
        long start = witness.StartTicks(shell.Id)!.Value;

        ProcessSighting alive = witness.Look(shell.Id, start);
        Assert.Equal(ProcessFate.Alive, alive.Fate);
        Assert.InRange(alive.ResidentBytes!.Value, 1, FixtureTree.Mebibyte * 100);
        Assert.Equal(ProcessFate.Gone, witness.Look(shell.Id, start + 1).Fate);

        await Eventually.Sees(
            "a zombie", () => SystemFile.Read($"/proc/{zombie}/stat").Value ?? "no process",
            text => text.Contains(") Z "));
        Assert.Equal(ProcessFate.Gone, witness.Look(zombie, witness.StartTicks(zombie)!.Value).Fate);

        shell.Kill();
        await shell.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(ProcessFate.Gone, witness.Look(shell.Id, start).Fate);
    }

    [Fact]
    public void Home_ThisMachine_IsNamedByBootAndNamespace()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "/proc is Linux's");
        ProcessWitness witness = new("/proc");

        Assert.True(Guid.TryParse(witness.BootId().Value, out _), witness.BootId().ToString());
        Assert.True(witness.PidNamespace() > 0, $"PID namespace {witness.PidNamespace()}");
        Assert.Null(new ProcessWitness("/nonexistent").PidNamespace());
    }

    private static FixtureTree WithProcess(char state, int threads, int start)
    {
        FixtureTree tree = FixtureTree.Machine();
        tree.Write("proc/7/stat", $"7 (a (b)) {state} 1 7 7 0 -1 4 1 2 3 4 5 6 7 8 20 0 {threads} 0 {start} 99 1\n");
        tree.Write("proc/7/statm", "100 30 5 1 0 9 0\n");
        tree.Write("proc/7/cgroup", "4:memory:/m\n0::/u\n");
        return tree;
    }
}
