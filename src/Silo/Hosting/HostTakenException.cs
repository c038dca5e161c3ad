namespace Headroom.Silo.Hosting;

/// <summary>
/// Another silo serves this host already; the message is one line for the person who starts this one.
/// </summary>
internal sealed class HostTakenException(string message) : Exception(message);
