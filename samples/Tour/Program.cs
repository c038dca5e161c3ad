using Headroom;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

HostApplicationBuilder builder = Host.CreateApplicationBuilder(args);
builder.Services.AddHeadroom(o => o.Container = "orders");
using IHost host = builder.Build();
await host.StartAsync();

IMemoryBudget budget = host.Services.GetRequiredService<IMemoryBudget>();
await budget.WaitUntilReadyAsync();
ISubsystem cache = budget.Subsystem("cache");
ISubsystem journal = budget.Subsystem("journal");

// Nice to have: never blocks, sends nothing. The first call only asks for credit in the background.
bool cached = cache.TryAcquire(64 * 1024, Urgency.Optional, out MemoryLease readAhead);
Console.WriteLine($"read-ahead: {(cached ? "leased" : "skipped")}");

// Gives way when somebody needs the memory more; whatever is still held goes back here.
using IDisposable givesWay = cache.OnReclaim(_ => readAhead.Dispose());

// An error here reaches the user at a safe place.
try
{
    using MemoryLease transaction = await journal.AcquireAsync(1L << 20, Urgency.SafeToFail);
    Console.WriteLine($"transaction: {transaction.Bytes} bytes");

    // The worst case of what comes, while a refusal is still safe; what is drawn from it cannot fail.
    await using MemoryReservation worstCase = await journal.ReserveAsync(64 * 1024);
    using MemoryLease part = worstCase.Draw(4096);
    Console.WriteLine($"reserved: {worstCase.Bytes} bytes, of which {worstCase.UnusedBytes} are left to draw");

    // Failure here would take the system down: waits until it is granted, from another host's memory if need be.
    using MemoryLease commit = await journal.AcquireMustSucceedAsync(4096, "commit");
    Console.WriteLine($"commit: {commit.Bytes} bytes{(commit.RemoteMemory is null ? "" : " on another host")}");
}
catch (MemoryRefusedException refused)
{
    Console.WriteLine(
        $"refused by {refused.RefusedBy}: {refused.AvailableBytes} bytes free, try again in {refused.RetryAfter}");
}

readAhead.Dispose();
await host.StopAsync();
