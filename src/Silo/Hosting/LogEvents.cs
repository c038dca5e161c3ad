namespace Headroom.Silo.Hosting;

/// <summary>The event ids of this assembly's hosting part: 1000 to 1099.</summary>
internal static class LogEvents
{
    public const int Started = 1000;
    public const int Listening = 1001;
    public const int Draining = 1002;
    public const int DrainStepFailed = 1003;
    public const int DeclaredDead = 1004;
}
