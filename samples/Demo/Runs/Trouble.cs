using System.Globalization;

namespace Headroom.Samples.Demo.Runs;

/// <summary>What a variant does to Headroom while the work goes on.</summary>
internal sealed class Trouble(DemoPlan plan, Authority authority, RunClock clock, Action<Mark> mark)
{
    // Of the node's memory: with it the node has less left than the container's limit.
    private const int PressurePercent = 40;

    /// <summary>Does it when its time has come.</summary>
    internal async Task RunAsync(CancellationToken cancellationToken)
    {
        double third = plan.Seconds / 3.0;
        switch (plan.Variant)
        {
            case Variant.Pressure:
                await UntilAsync(third, cancellationToken);
                long bytes = plan.NodeBytes / 100 * PressurePercent;
                await authority.Home.PostAsync(
                    "/v1/chaos/pressure",
                    new { host = authority.Home.Host, bytes, seconds = third },
                    cancellationToken);
                mark(new Mark(
                    clock.Seconds,
                    "pressure",
                    string.Create(CultureInfo.InvariantCulture, $"{bytes >> 20} MiB of the node taken")));
                await UntilAsync(2 * third, cancellationToken);
                mark(new Mark(clock.Seconds, "pressure", "given back"));
                break;
            case Variant.Failover:
                await UntilAsync(plan.Seconds / 2.0, cancellationToken);
                mark(new Mark(clock.Seconds, "authority", "the silo is killed"));
                await authority.Home.KillAsync();
                await UntilAsync(clock.Seconds + 2, cancellationToken);
                await authority.Home.RestartAsync(cancellationToken);
                mark(new Mark(clock.Seconds, "authority", "the silo is ready again"));
                break;
            default:
                break;
        }
    }

    private Task UntilAsync(double seconds, CancellationToken cancellationToken)
        => Task.Delay(TimeSpan.FromSeconds(Math.Max(0, seconds - clock.Seconds)), clock.Time, cancellationToken);
}
