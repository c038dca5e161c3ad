using Headroom.Simulation.Tests.World;
using Xunit;

namespace Headroom.Simulation.Tests.Runs;

public sealed class ShrinkerTests
{
    private static readonly WorldPlan Plan = Enumerable.Range(1, 1000)
        .Select(seed => PlanMaker.Make((ulong)seed))
        .First(plan => plan is { Faults.Count: >= 5, Clients.Count: >= 4 } && plan.Twice > 0);

    [Fact]
    public void Shrink_WhatBreaksItStays_AllElseGoes()
    {
        FaultPlan fault = Plan.Faults[3];
        ClientPlan client = Plan.Clients[2];
        int worlds = 0;
        var shrinker = new Shrinker(Plan, plan =>
        {
            worlds++;
            return Run(plan.Faults.Contains(fault) && plan.Clients.Contains(client) ? "I2: 5 bytes" : null);
        });

        (PlanCut cut, Verdict verdict) = shrinker.Shrink(Run("I2: 7 bytes"));

        WorldPlan small = cut.Apply(Plan);
        Assert.Equal([fault], small.Faults);
        Assert.Equal([client], small.Clients);
        Assert.Empty(small.Callers);
        Assert.Equal((0, TimeSpan.FromSeconds(2)), (small.Twice, small.Busy));
        Assert.Equal("I2: 5 bytes", verdict.Violation);
        Assert.InRange(worlds, 1, 200);
    }

    [Fact]
    public void Shrink_WhatBreaksOtherwise_IsNotTakenForTheSame()
    {
        var shrinker = new Shrinker(Plan, static _ => Run("I7: 5 bytes"));

        (PlanCut cut, Verdict verdict) = shrinker.Shrink(Run("I2: 7 bytes"));

        Assert.Same(PlanCut.Nothing, cut);
        Assert.Equal("I2: 7 bytes", verdict.Violation);
    }

    private static Verdict Run(string? violation) => new(1, violation, TimeSpan.FromSeconds(2), 1, 1);
}
