namespace Headroom.Silo.Hosting;

internal sealed partial class Drain
{
    [LoggerMessage(LogEvents.Draining, LogLevel.Information, "The silo was told to stop and drained ({Steps} steps).")]
    private partial void LogDraining(int steps);

    [LoggerMessage(LogEvents.DrainStepFailed, LogLevel.Warning, "The drain step {Step} did not finish.")]
    private partial void LogStepFailed(string step, Exception error);
}
