using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Headroom.Contracts;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Runtime.Placement;
using Spectre.Console;

namespace Headroom.Bench;

/// <summary>
/// The grant of a loan, from the request at a full host to its answer with a place on another, beside an empty call to
/// a grain on that other silo. The two take turns.
/// </summary>
internal static class LoanBench
{
    private const int Warm = 100;
    private const int Rounds = 1_000;
    private const long Full = 64L << 20;
    private const long Bytes = 64L << 10;
    private const string Borrower = "borrower";
    private const string Lender = "lender";

    public static async Task RunAsync()
    {
        int port = SiloChild.FreePort();
        using Process? redis = StartRedis(port);
        if (redis is null)
        {
            AnsiConsole.WriteLine("A loan's grant: skipped: two silos share a store, and there is no redis-server.");
            return;
        }

        string[] shared =
        [
            "--Headroom:Cluster:Provider=Redis", $"--Headroom:Cluster:ConnectionString=127.0.0.1:{port}",
            $"--Headroom:Cluster:Key={Convert.ToBase64String(RandomNumberGenerator.GetBytes(32))}",
        ];
        try
        {
            await using SiloChild home = await SiloChild.StartAsync(
                Borrower,
                [.. shared, $"--Headroom:Host:CapacityBytes={Full}", "--Headroom:Session:MaxLeaseTtl=01:00:00"]);
            await using SiloChild away = await SiloChild.StartAsync(
                Lender,
                [
                    .. shared, $"--Headroom:Host:CapacityBytes={16 * Full}", $"--Headroom:Host:ReserveBytes={8 * Full}",
                    $"--Headroom:Host:PledgedBytes={8 * Full}",
                ]);
            using IHost client = await home.ConnectAsync();
            await MeasureAsync(client.Services.GetRequiredService<IGrainFactory>());
            await client.StopAsync();
        }
        finally
        {
            redis.Kill();
            await redis.WaitForExitAsync();
        }
    }

    private static async Task MeasureAsync(IGrainFactory grains)
    {
        ISubsystemGrain subsystem = grains.GetGrain<ISubsystemGrain>($"{Borrower}/bench/part");
        IContainerBudgetGrain budget = grains.GetGrain<IContainerBudgetGrain>($"{Borrower}/bench");
        IReserveGrain reserve = grains.GetGrain<IReserveGrain>(Lender);
        IEmptyGrain empty = await OnLenderAsync(grains);
        LeaseAnswer all = await AcquireAsync(subsystem, Full, TimeSpan.FromMinutes(50));
        var loans = new Samples();
        var calls = new Samples();
        for (int round = -Warm; round < Rounds; round++)
        {
            LeaseAnswer? lease = null;
            await (round < 0 ? new Samples() : loans).MeasureAsync(
                async () => lease = await AcquireAsync(subsystem, Bytes, TimeSpan.FromSeconds(30)));
            await (round < 0 ? new Samples() : calls).MeasureAsync(() => empty.CallAsync().AsTask());
            await reserve.ReleaseAsync([lease!.Loan!.Parts[0].Loan], CancellationToken.None);
            await budget.ReleaseLeaseAsync(Claim(lease), CancellationToken.None);
        }

        await budget.ReleaseLeaseAsync(Claim(all), CancellationToken.None);
        Table table = new Table()
            .Title("A loan's grant, beside an empty call to a grain on the lender's silo (by the borrower's gateway)")
            .AddColumns("operation", "p50 ms", "p99 ms", "empty p50", "empty p99", "p50 ratio", "p99 ratio");
        table.AddRow(
            $"loan of {Bytes / 1024} KiB",
            loans.Text(0.5),
            loans.Text(0.99),
            calls.Text(0.5),
            calls.Text(0.99),
            (loans.At(0.5) / calls.At(0.5)).ToString("0.0", CultureInfo.InvariantCulture),
            (loans.At(0.99) / calls.At(0.99)).ToString("0.0", CultureInfo.InvariantCulture));
        AnsiConsole.Write(table);
    }

    private static async Task<IEmptyGrain> OnLenderAsync(IGrainFactory grains)
    {
        MembershipEntry[] silos = await grains.GetGrain<IManagementGrain>(0).GetDetailedHosts(onlyActive: true);
        RequestContext.Set(
            IPlacementDirector.PlacementHintKey, silos.Single(silo => silo.SiloName == Lender).SiloAddress);
        IEmptyGrain empty = grains.GetGrain<IEmptyGrain>("on the lender");
        await empty.CallAsync();
        RequestContext.Clear();
        return empty;
    }

    private static async Task<LeaseAnswer> AcquireAsync(ISubsystemGrain subsystem, long bytes, TimeSpan ttl)
    {
        var request = new LeaseRequest
        {
            RequestId = Guid.NewGuid(),
            Bytes = bytes,
            Urgency = (byte)Urgency.MustSucceed,
            Ttl = ttl,
            Wait = TimeSpan.FromSeconds(10),
            Reason = "bench",
            Replicas = 1,
            More = true,
        };
        LeaseAnswer answer = await subsystem.AcquireAsync(request, CancellationToken.None);
        return answer.Outcome == (byte)Outcome.Granted && answer.Loan is null == (bytes == Full)
            ? answer
            : throw new InvalidOperationException($"Expected a {(bytes == Full ? "lease" : "loan")}: {answer}");
    }

    private static LeaseClaim Claim(LeaseAnswer lease) => new()
    {
        LeaseId = lease.LeaseId,
        Epoch = lease.Epoch,
        Subsystem = "part",
        Bytes = lease.Bytes,
        Urgency = (byte)Urgency.MustSucceed,
        Ttl = lease.Ttl,
        Remote = lease.Loan is not null,
    };

    private static Process? StartRedis(int port)
    {
        try
        {
            return Process.Start(new ProcessStartInfo(
                "redis-server",
                [
                    "--port", $"{port}", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--loglevel",
                    "warning",
                ])
            {
                RedirectStandardOutput = true,
                WorkingDirectory = Path.GetTempPath(),
            });
        }
        catch (Win32Exception)
        {
            return null;
        }
    }
}
