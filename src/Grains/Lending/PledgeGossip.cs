using Headroom.Contracts;
using Headroom.Grains.Placement;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Headroom.Grains.Lending;

/// <summary>
/// Keeps <see cref="PledgeView"/>: once a second asks one other host, taken at random, for all that it has heard. So
/// every silo sends one message a second, however many there are, and what one host says of itself reaches all within
/// some seconds, in the logarithm of their number.
/// </summary>
internal sealed class PledgeGossip(
    IGrainFactory grains,
    IHostDirectory hosts,
    PledgeView view,
    IOptions<LendingOptions> options,
    TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    private readonly Random _random = new(options.Value.Seed);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            string[] others = [.. hosts.Hosts.Where(host => host != hosts.Local && hosts.IsUp(host))];
            if (others.Length > 0)
            {
                await AskAsync(others[_random.Next(others.Length)], stoppingToken);
            }
        }
    }

    private async Task AskAsync(string host, CancellationToken stopping)
    {
        using var late = new CancellationTokenSource(Period, time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stopping, late.Token);
        try
        {
            PledgeShare[] shares = await grains.GetGrain<IReserveGrain>(host).GetPledgesAsync(limit.Token);
            view.Heard(shares.Where(share => share.Host != hosts.Local));
        }
        catch (Exception) when (!stopping.IsCancellationRequested)
        {
            // Nobody has to do anything about it: the next tick asks another one, and the membership says who is dead.
            view.Forget(host);
        }
    }
}
