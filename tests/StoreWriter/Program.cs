using System.Globalization;
using Headroom.Silo.Storage;
using Headroom.StoreWriter;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Orleans.Storage;

// Arguments: store folder, silo port, gateway port, grains, bytes of ballast, "small" for a store that takes a
// checkpoint every second and keeps next to nothing in memory (else "default"). It prints "read G V" for the state of
// each grain G found at start, "go", and then "ack G V" for each write that was acknowledged. It writes the grains in
// turn until it is killed, or until its standard input closes.
string folder = args[0];
int siloPort = int.Parse(args[1], CultureInfo.InvariantCulture);
int gatewayPort = int.Parse(args[2], CultureInfo.InvariantCulture);
int grains = int.Parse(args[3], CultureInfo.InvariantCulture);
byte[] ballast = new byte[int.Parse(args[4], CultureInfo.InvariantCulture)];
StoreShape shape = args[5] == "small" ? new("64k", "1m", "64k", "1m", "256k", "1m", "1m", 1) : StoreShape.Default;

HostApplicationBuilder builder = Host.CreateApplicationBuilder();
builder.Logging.SetMinimumLevel(LogLevel.Error);
builder.Services.AddEmbeddedStore(folder, shape);
builder.UseOrleans(silo => silo
    .UseLocalhostClustering(siloPort, gatewayPort)
    .Configure<ClusterOptions>(options => options.ServiceId = options.ClusterId = "headroom")
    .AddStoreGrainStorage());
using IHost host = builder.Build();
await host.StartAsync();

IGrainStorage storage = host.Services.GetRequiredKeyedService<IGrainStorage>(StoreRegistration.StorageName);
var states = new GrainState<Counter>[grains];
for (int i = 0; i < grains; i++)
{
    states[i] = new GrainState<Counter>(new Counter());
    await storage.ReadStateAsync("counter", Id(i), states[i]);
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"read {i} {states[i].State!.Value}"));
}

Console.WriteLine("go");
Task<string?> end = Task.Run(Console.In.ReadLineAsync);
for (int i = 0; !end.IsCompleted; i = (i + 1) % grains)
{
    states[i].State!.Value++;
    states[i].State!.Ballast = ballast;
    await storage.WriteStateAsync("counter", Id(i), states[i]);
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"ack {i} {states[i].State!.Value}"));
}

await host.StopAsync();

static GrainId Id(int grain) => GrainId.Create("counter", grain.ToString(CultureInfo.InvariantCulture));
