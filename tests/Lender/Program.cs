using System.Diagnostics.Metrics;
using System.Globalization;
using System.Net;
using Headroom.Silo.Lending;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

// Arguments: port, bytes. It lends the bytes as loan 1, prints "lent EPOCH TOKEN", the token in hexadecimal, and serves
// until it is killed or its standard input closes.
var place = new IPEndPoint(IPAddress.Loopback, int.Parse(args[0], CultureInfo.InvariantCulture));
long bytes = long.Parse(args[1], CultureInfo.InvariantCulture);
using ServiceProvider services = new ServiceCollection().AddMetrics().BuildServiceProvider();
using var memory = new PledgedMemory(
    new MemoryRoom("/proc", "/sys", TimeProvider.System), place.ToString(), TimeProvider.System);
await using var server = new MemoryServer(
    place,
    memory,
    new LendingMetrics(services.GetRequiredService<IMeterFactory>()),
    TimeProvider.System,
    NullLogger<MemoryServer>.Instance);
await server.StartingAsync(CancellationToken.None);
byte[]? token = await memory.AllocateAsync(1, bytes, CancellationToken.None);
if (token is null)
{
    await Console.Error.WriteLineAsync("There is no room.");
    return 1;
}

Console.WriteLine(
    string.Create(CultureInfo.InvariantCulture, $"lent {memory.Epoch} {Convert.ToHexString(token)}"));
await Console.In.ReadToEndAsync();
return 0;
