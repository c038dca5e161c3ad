using Headroom.Bench;
using Headroom.Bench.Buffers;
using Headroom.Bench.Caching;
using Headroom.Bench.Credit;
using Headroom.Silo.Budgets;
using Headroom.Silo.Hosting;
using Microsoft.Extensions.Hosting;
using Spectre.Console;

// Without arguments: all benchmarks; "credit": those of local credit; "remote": those of remote memory; "ladder": those
// of must-succeed; "grains": those of calls; "buffers": leased buffers and cache entries; "cache": a cache that gives
// way. As a child: the silo, with the very set-up that ships, and one empty grain beside it; or a lender.
if (args is ["--silo", .. string[] settings])
{
    return await SiloProcess.RunAsync(
        settings, add: (builder, silo) => builder.Services.AddBudgets(silo), map: _ => { }, errors: Console.Error);
}

if (args is ["--lender", .. string[] lender])
{
    return await RemoteChild.RunAsync(lender);
}

// A table is wider than what a pipe claims to be.
AnsiConsole.Profile.Width = Math.Max(AnsiConsole.Profile.Width, 160);
string what = args is [string only] ? only : "all";
if (what == "all")
{
    LedgerBench.Run();
}

if (what is "all" or "remote")
{
    await RemoteBench.RunAsync(SiloChild.FreePort);
}

if (what is "all" or "ladder")
{
    await LoanBench.RunAsync();
}

if (what is "all" or "credit" or "ladder" or "grains" or "buffers" or "cache")
{
    await using SiloChild silo = await SiloChild.StartAsync("bench");
    using IHost client = await silo.ConnectAsync();
    if (what is "all" or "credit")
    {
        await CreditBench.RunAsync(silo);
        await LeaseCallsBench.RunAsync(silo);
    }

    if (what is "all" or "buffers")
    {
        await BufferBench.RunAsync(silo);
    }

    if (what is "all" or "cache")
    {
        await CacheBench.RunAsync(silo, client);
    }

    if (what is "all" or "ladder")
    {
        await ReclaimBench.RunAsync(silo, client);
    }

    if (what is "all" or "grains")
    {
        await GrainBench.RunAsync(silo);
    }

    await client.StopAsync();
}

return 0;
