using Headroom.Silo.Monitoring;
using Headroom.Silo.Options;
using Microsoft.Extensions.Logging.Console;

namespace Headroom.Silo.Hosting;

/// <summary>What makes this a well-behaved process: addresses, logs, stopping.</summary>
internal static class ProcessHosting
{
    /// <summary>Where HTTP is served unless it is set. Loopback, because nothing here authenticates callers.</summary>
    public const string DefaultUrl = "http://127.0.0.1:8080";

    // Stopping has ten seconds in all, which a supervisor that kills after ten must not cut short. The host's own limit
    // leaves the rest to closing the store, which does not listen to it.
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(7);

    // What ASP.NET Core itself takes its addresses from; where one of them is set, there is no default to give.
    private static readonly string[] AddressKeys = ["urls", "http_ports", "https_ports", "Kestrel:Endpoints"];

    /// <summary>Adds logging, the default address, readiness, draining and the start summary.</summary>
    public static WebApplicationBuilder AddHeadroomProcess(
        this WebApplicationBuilder builder, HeadroomSettings settings)
    {
        if (!AddressKeys.Any(key => builder.Configuration.GetSection(key).Exists()))
        {
            builder.WebHost.UseUrls(DefaultUrl);
        }

        builder.WebHost.ConfigureKestrel(options => options.AddServerHeader = false);
        builder.Logging.AddSimpleConsole(Line);
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = StopLimit);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddHeadroomSettings();
        builder.Services.AddSingleton<IHostCapacity, MonitoredCapacity>();
        builder.Services.AddSingleton(provider => Sizes(settings.Host, provider.GetRequiredService<IHostCapacity>()));
        builder.Services.AddSingleton<Readiness>();
        builder.Services.AddHostedService<Drain>();
        builder.Services.AddHostedService<StartSummary>();
        return builder;
    }

    // What was set may not fit the machine, and that is known only here.
    private static HostSizes Sizes(HostSettings host, IHostCapacity capacity)
    {
        (HostSizes sizes, IReadOnlyList<SettingFault> faults) = HostSizes.Resolve(host, capacity.Find());
        return faults.Count == 0 ? sizes : throw new SettingsRefusedException(faults);
    }

    private static void Line(SimpleConsoleFormatterOptions options)
    {
        options.SingleLine = true;
        options.UseUtcTimestamp = true;
        options.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";
    }
}
