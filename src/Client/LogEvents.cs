namespace Headroom;

/// <summary>Numbers of the SDK's log messages.</summary>
internal static class LogEvents
{
    internal const int Opening = 3001;
    internal const int ExchangeRefused = 3002;
    internal const int Unanswered = 3003;
    internal const int Stopped = 3004;
    internal const int Broken = 3005;
    internal const int Lapsed = 3006;
    internal const int RequestUnanswered = 3010;
    internal const int MustSucceedWaits = 3011;
    internal const int NobodyReclaims = 3012;
    internal const int ReclaimHandlerFailed = 3013;
    internal const int LoanNotOpened = 3014;
    internal const int StateHandlerFailed = 3015;
    internal const int StateChanged = 3016;
    internal const int LoanNotMoved = 3017;
    internal const int UnusedHandlerFailed = 3018;
    internal const int Refused = 3019;
    internal const int ConnectionFailed = 3020;
    internal const int Connected = 3021;
    internal const int AttemptsUnanswered = 3022;
    internal const int GatewayAway = 3023;
    internal const int GatewayHome = 3024;
    internal const int HeapCollected = 3030;
    internal const int LimitRefreshed = 3031;
    internal const int LimitNotRefreshed = 3032;
    internal const int LenderUnanswered = 3040;
    internal const int LoanLost = 3041;
    internal const int LossHandlerFailed = 3042;
}
