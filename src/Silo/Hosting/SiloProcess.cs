using Headroom.Silo.Options;
using Headroom.Silo.Storage;

namespace Headroom.Silo.Hosting;

/// <summary>Runs a silo from its arguments to its exit code.</summary>
internal static class SiloProcess
{
    /// <summary>
    /// Reads and checks the settings, builds the application, and runs it until it is told to stop.
    /// </summary>
    /// <param name="args">The command line.</param>
    /// <param name="add">Registers the services of the application; the settings are right by then.</param>
    /// <param name="map">Maps its routes.</param>
    /// <param name="errors">Gets one line for each thing that keeps the silo from starting.</param>
    /// <returns>One of <see cref="ExitCodes"/>.</returns>
    public static async Task<int> RunAsync(
        string[] args,
        Action<WebApplicationBuilder, HeadroomSettings> add,
        Action<WebApplication> map,
        TextWriter errors)
    {
        // appsettings.json is the one beside the program, wherever it was started from.
        WebApplicationBuilder builder = WebApplication.CreateBuilder(
            new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
        (HeadroomSettings settings, IReadOnlyList<SettingFault> faults) = SettingsReader.Read(builder.Configuration);
        if (faults.Count > 0)
        {
            return Refuse(errors, faults.Select(f => f.ToString()), ExitCodes.BadSettings);
        }

        try
        {
            builder.AddHeadroomProcess(settings);
            builder.AddHeadroomCluster(settings);
            add(builder, settings);
            await using WebApplication app = builder.Build();

            // Asked for here, so that what is wrong with them is found before anything listens.
            app.Services.GetRequiredService<HostSizes>();
            app.Services.GetRequiredService<ClusterKey>();
            if (PortCheck.Run(settings.Cluster) is { Count: > 0 } taken)
            {
                return Refuse(errors, taken.Select(f => f.ToString()), ExitCodes.Unavailable);
            }

            app.MapHealth();
            map(app);
            await app.RunAsync();
            return ExitCodes.Ok;
        }
        catch (SettingsRefusedException refused)
        {
            return Refuse(errors, refused.Faults.Select(f => f.ToString()), ExitCodes.BadSettings);
        }
        catch (Exception error) when (StartFailure.Explain(error, settings) is { } lines)
        {
            return Refuse(errors, lines, ExitCodes.Unavailable);
        }
    }

    private static int Refuse(TextWriter errors, IEnumerable<string> lines, int exitCode)
    {
        foreach (string line in lines)
        {
            errors.WriteLine(line);
        }

        return exitCode;
    }
}
