using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Headroom.Silo.Hosting;

namespace Headroom.Silo.Storage;

/// <summary>
/// Runs the store alone, on a TCP port of the loopback address, for silos of one machine that share it: to try a
/// cluster without another program. It asks for no password.
/// </summary>
internal static class StoreProcess
{
    /// <summary>The first argument that starts this in place of a silo.</summary>
    public const string Command = "store";

    private const string Usage = "The store alone takes --path (a folder) and --port (1 to 65535), and nothing else.";

    /// <summary>Runs until it is told to stop.</summary>
    /// <param name="args">The command line after <see cref="Command"/>.</param>
    /// <param name="errors">Gets one line for what keeps it from starting.</param>
    /// <returns>One of <see cref="ExitCodes"/>.</returns>
    public static async Task<int> RunAsync(string[] args, TextWriter errors)
    {
        IConfiguration given = new ConfigurationBuilder().AddCommandLine(args).Build();
        bool known = given.GetChildren().All(setting => setting.Key is "path" or "port");
        if (!known
            || given["path"] is not { Length: > 0 } path
            || !ushort.TryParse(given["port"], NumberStyles.None, CultureInfo.InvariantCulture, out ushort port)
            || port == 0)
        {
            await errors.WriteLineAsync(Usage);
            return ExitCodes.BadSettings;
        }

        try
        {
            var place = new IPEndPoint(IPAddress.Loopback, port);
            using StoreFolder folder = StoreFolder.Open(path);
            HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(settings: null);
            builder.Services.AddSingleton(provider => new EmbeddedStore(
                folder, StoreShape.Default, provider.GetRequiredService<ILoggerFactory>(), place));
            builder.Services.AddHostedService(provider => provider.GetRequiredService<EmbeddedStore>());
            using IHost host = builder.Build();
            await host.RunAsync();
            return ExitCodes.Ok;
        }
        catch (StoreUnavailableException error)
        {
            await errors.WriteLineAsync(error.Message);
            return ExitCodes.Unavailable;
        }
        catch (SocketException error)
        {
            await errors.WriteLineAsync($"The store cannot listen on 127.0.0.1:{port}: {error.Message}.");
            return ExitCodes.Unavailable;
        }
    }
}
