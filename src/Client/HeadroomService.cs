using Microsoft.Extensions.Hosting;

namespace Headroom;

/// <summary>Ties the budget's life to that of the application.</summary>
internal sealed class HeadroomService(HeadroomClient client) : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken)
    {
        // Before the application's own services start, which may want memory.
        client.Start();
        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>After the application's own services have stopped, which may hold leases until then.</summary>
    public Task StoppedAsync(CancellationToken cancellationToken) => client.DisposeAsync().AsTask();
}
