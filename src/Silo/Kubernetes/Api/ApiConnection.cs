using Headroom.Silo.Options;
using k8s;
using k8s.Authentication;

namespace Headroom.Silo.Kubernetes.Api;

/// <summary>Finds out from the settings how the API server is reached.</summary>
internal static class ApiConnection
{
    private const string Setting = $"{SettingsReader.Root}:{nameof(HeadroomSettings.Kubernetes)}";

    // A connection whose other end vanished is noticed within half a minute, not at the end of a watch.
    private static readonly TimeSpan PingDelay = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan PingTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);

    /// <summary>Makes the configuration.</summary>
    /// <exception cref="SettingsRefusedException">A file that the settings name cannot be read, or this is no
    /// pod.</exception>
    public static KubernetesClientConfiguration Configure(KubernetesSettings settings)
    {
        try
        {
            KubernetesClientConfiguration configuration = Find(settings);
            configuration.UserAgent = "headroom-silo";
            configuration.FirstMessageHandlerSetup = handler =>
            {
                handler.KeepAlivePingDelay = PingDelay;
                handler.KeepAlivePingTimeout = PingTimeout;
                handler.ConnectTimeout = ConnectTimeout;
            };
            return configuration;
        }
        catch (Exception error) when (error is not SettingsRefusedException)
        {
            throw new SettingsRefusedException(
                [new SettingFault(Setting, $"Setting {Setting} does not lead to an API server: {error.Message}")]);
        }
    }

    private static KubernetesClientConfiguration Find(KubernetesSettings settings)
    {
        if (settings.KubeConfig is { } file)
        {
            return KubernetesClientConfiguration.BuildConfigFromConfigFile(file);
        }

        if (settings.ApiServer is not { } address)
        {
            return KubernetesClientConfiguration.InClusterConfig();
        }

        var configuration = new KubernetesClientConfiguration { Host = address };
        if (settings.CertificateAuthorityFile is { } authority)
        {
            configuration.SslCaCerts = [];
            configuration.SslCaCerts.ImportFromPemFile(authority);
        }

        if (settings.Token is { } token)
        {
            configuration.AccessToken = token;
        }
        else if (settings.TokenFile is { } tokenFile)
        {
            configuration.TokenProvider = new TokenFileAuth(tokenFile);
        }

        return configuration;
    }
}
