using System.Runtime.InteropServices;

namespace Headroom.LoadClient;

/// <summary>What the program does.</summary>
internal static class Work
{
    // Leases that one session holds at once: enough to make reports interesting, few enough to fit with others.
    private const int MaxHeld = 50;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>
    /// Takes and gives back at random in several sessions. A refusal is an answer; anything else that reaches the
    /// caller ends
    /// the program with 1.
    /// </summary>
    public static async Task<int> LoadAsync(
        string gateway, string host, string container, int sessions, int operations, int seed)
    {
        Tally[] tallies = await Task.WhenAll(Enumerable.Range(0, sessions).Select(
            session => Task.Run(() => RunSessionAsync(gateway, host, container, operations, seed + session))));
        Console.WriteLine($"done {tallies.Aggregate(new Tally(), Tally.Add)}");
        return 0;
    }

    /// <summary>Leases, really takes and touches the memory, says so, and waits for the end of its input.</summary>
    public static async Task<int> HoldAsync(string gateway, string host, string container, long bytes)
    {
        await using HeadroomClient client = await ConnectAsync(gateway, host, container);
        MemoryLease lease = await client.Subsystem("holder").AcquireAsync(bytes, Urgency.SafeToFail);
        nint memory = Touch(bytes);
        Console.WriteLine($"holding {bytes}");
        await Console.In.ReadToEndAsync();
        unsafe
        {
            NativeMemory.Free((void*)memory);
        }

        lease.Dispose();
        Console.WriteLine("released");
        return 0;
    }

    /// <summary>Borrows memory of another host, says so, and waits for the end of its input.</summary>
    public static async Task<int> BorrowAsync(string gateway, string host, string container, long bytes)
    {
        await using HeadroomClient client = await ConnectAsync(gateway, host, container);
        using MemoryLease lease = await client.Subsystem("borrower").AcquireMustSucceedAsync(bytes, "borrows");
        Console.WriteLine(lease.RemoteMemory is null ? "at home" : $"borrowed {bytes}");
        await Console.In.ReadToEndAsync();
        return 0;
    }

    /// <summary>
    /// Works in sessions at several hosts until its input ends. What should not have happened is printed, and then the
    /// program ends with 1.
    /// </summary>
    public static async Task<int> ChaosAsync(
        string gateways, string[] hosts, string container, int sessions, int seed, bool pause)
    {
        using var stop = new CancellationTokenSource();
        ChaosSession[] all =
        [
            .. Enumerable.Range(0, sessions).Select(session => new ChaosSession(
                new HeadroomOptions
                {
                    Gateway = gateways,
                    Host = hosts[session % hosts.Length],
                    Container = container,
                    MaxIdleCreditBytes = 1 << 20,
                },
                seed + session,
                pause)),
        ];
        Task work = Task.WhenAll(all.Select(session => Task.Run(() => session.RunAsync(stop.Token))));
        await Task.WhenAll(all.Select(session => session.Ready));
        Console.WriteLine("working");
        await Console.In.ReadToEndAsync();
        await stop.CancelAsync();
        await work;
        string[] faults = [.. all.SelectMany(session => session.Faults)];
        foreach (string fault in faults)
        {
            Console.WriteLine($"FAULT {fault}");
        }

        Console.WriteLine($"done {all.Select(session => session.Tally).Aggregate(new Tally(), Tally.Add)}");
        return faults.Length == 0 ? 0 : 1;
    }

    /// <summary>Runs the scenario under pressure, and says whether all was well.</summary>
    public static async Task<int> ProveAsync(Uri api, int seconds, int sessions, long pressureBytes, int seed)
    {
        using var scenario = new Scenario(api, seconds, sessions, pressureBytes);
        return await scenario.RunAsync(seed);
    }

    /// <summary>Takes memory without asking, says so, and waits for the end of its input.</summary>
    public static async Task<int> EatAsync(long bytes)
    {
        Touch(bytes);
        Console.WriteLine($"ate {bytes}");
        await Console.In.ReadToEndAsync();
        return 0;
    }

    private static unsafe nint Touch(long bytes)
    {
        void* memory = NativeMemory.Alloc((nuint)bytes);
        NativeMemory.Fill(memory, (nuint)bytes, 1);
        return (nint)memory;
    }

    private static Task<HeadroomClient> ConnectAsync(string gateway, string host, string container) =>
        HeadroomClient.ConnectAsync(new HeadroomOptions { Gateway = gateway, Host = host, Container = container });

    private static async Task<Tally> RunSessionAsync(
        string gateway, string host, string container, int operations, int seed)
    {
        var random = new Random(seed);
        var held = new List<MemoryLease>();
        var tally = new Tally();
        await using HeadroomClient client = await ConnectAsync(gateway, host, container);
        Console.WriteLine("working");
        for (int operation = 0; operation < operations; operation++)
        {
            ISubsystem subsystem = client.Subsystem($"part-{random.Next(3)}");
            try
            {
                await StepAsync(random, subsystem, held, tally);
            }
            catch (MemoryRefusedException)
            {
                tally.Refused++;
            }
            catch (OperationCanceledException)
            {
                tally.GivenUp++;
            }

            if (held.Count > MaxHeld)
            {
                held.ForEach(lease => lease.Dispose());
                held.Clear();
            }
        }

        held.ForEach(lease => lease.Dispose());
        return tally;
    }

    private static async Task StepAsync(Random random, ISubsystem subsystem, List<MemoryLease> held, Tally tally)
    {
        switch (random.Next(10))
        {
            case < 3:
                if (subsystem.TryAcquire(random.Next(1, 1 << 16), (Urgency)random.Next(4), out MemoryLease lease))
                {
                    held.Add(lease);
                    tally.Taken++;
                }

                break;
            case < 5:
                held.Add(await subsystem.AcquireAsync(random.Next(1, 1 << 20), (Urgency)random.Next(3)));
                tally.Granted++;
                break;
            case < 6:
                using (var limit = new CancellationTokenSource(Patience))
                {
                    held.Add(await subsystem.AcquireMustSucceedAsync(random.Next(1, 1 << 20), "load", limit.Token));
                    tally.Granted++;
                }

                break;
            default:
                if (held.Count > 0)
                {
                    int at = random.Next(held.Count);
                    held[at].Dispose();
                    held[at].Dispose();
                    held.RemoveAt(at);
                }

                break;
        }
    }
}
