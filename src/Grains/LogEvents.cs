namespace Headroom.Grains;

/// <summary>The event ids of this assembly: 2000 to 2099.</summary>
internal static class LogEvents
{
    public const int HostWriteFailed = 2000;
    public const int HostReplaced = 2001;
    public const int HostConfirmFailed = 2002;
    public const int GoingHome = 2003;
    public const int ContainerHostFailed = 2010;
    public const int ContainerFenced = 2011;
    public const int ContainerBroken = 2012;
    public const int LearningEnded = 2013;
    public const int SubsystemBudgetFailed = 2020;
    public const int LastResort = 2030;
    public const int StillWaiting = 2031;
    public const int Lifted = 2032;
    public const int HolderOverdue = 2033;
    public const int LenderMarkFailed = 2040;
    public const int LenderFenced = 2041;
    public const int LenderNoMemory = 2042;
    public const int LenderAllocationFailed = 2043;
}
