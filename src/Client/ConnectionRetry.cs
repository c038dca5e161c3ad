using Microsoft.Extensions.Logging;

namespace Headroom;

/// <summary>Goes on connecting until it works or is cancelled.</summary>
internal sealed class ConnectionRetry(ConnectionPause pause, ILogger logger, string gateway)
    : IClientConnectionRetryFilter
{
    public async Task<bool> ShouldRetryConnectionAttempt(Exception exception, CancellationToken cancellationToken)
    {
        OrleansAuthority.LogConnectionFailed(logger, gateway, exception);
        await pause.WaitAsync(cancellationToken);
        return true;
    }
}
