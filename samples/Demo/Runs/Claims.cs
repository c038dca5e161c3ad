namespace Headroom.Samples.Demo.Runs;

/// <summary>What is claimed of a run with Headroom.</summary>
internal static class Claims
{
    /// <summary>What does not hold; empty when all does.</summary>
    internal static IReadOnlyList<string> Broken(RunResult run)
    {
        List<string> broken = [];
        Require(run.Killed == 0, $"{run.Killed} processes were killed");
        Require(run.DiedOfException + run.DiedOtherwise == 0, "a process died");
        Require(run.CommitsAttempted > 0, "nothing was committed");
        Require(run.CommitsFailed == 0, $"{run.CommitsFailed} commits failed");
        Require(run.CommitsLost == 0, $"{run.CommitsLost} commits were lost");
        Require(run.Damaged == 0, $"{run.Damaged} values were damaged");
        Require(
            run.CacheSwing[1] < run.CacheSwing[0] * 2 / 3 && run.CacheSwing[2] > run.CacheSwing[1] * 3 / 2,
            $"the cache did not shrink by a third and grow again: {string.Join(", ", run.CacheSwing)} bytes");
        Require(
            run.Refusals.Any(refusal => refusal is { Urgency: "Optional" or "SafeToFail", Reason: "NotEnoughMemory" }),
            "no low urgency was refused with a reason");
        Require(run.Violations.Count == 0, $"the audit found {string.Join("; ", run.Violations)}");
        Require(
            run.Variant is not (Variant.Three or Variant.Brim) || run.LentCheckedBytes > 0,
            "nothing was written to another host's memory");
        return broken;

        void Require(bool holds, string finding)
        {
            if (!holds)
            {
                broken.Add(finding);
            }
        }
    }
}
