namespace Headroom.Client.Tests.Silo;

/// <summary>A grain of an application that uses the SDK.</summary>
public interface IAppGrain : IGrainWithIntegerKey
{
    /// <summary>Leases and gives back, with something of the application's own in the request context.</summary>
    Task WorkAsync(long bytes);
}
