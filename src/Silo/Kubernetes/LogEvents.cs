namespace Headroom.Silo.Kubernetes;

/// <summary>The event ids of Kubernetes: 1400 to 1499.</summary>
internal static class LogEvents
{
    public const int WatchFailed = 1400;
    public const int WatchForbidden = 1401;
    public const int WatchRecovered = 1402;
    public const int PodsUnread = 1403;
    public const int PassFailed = 1410;
    public const int PassRecovered = 1411;
    public const int CgroupsNotFound = 1412;
    public const int CgroupsFound = 1413;
    public const int BudgetDeclared = 1414;
    public const int BudgetForgotten = 1415;
    public const int SettingRefused = 1416;
    public const int EventFailed = 1420;
    public const int EventRecovered = 1421;
    public const int LimitChanged = 1430;
    public const int LimitFailed = 1431;
}
